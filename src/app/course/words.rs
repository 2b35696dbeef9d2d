//! The texts of the course's own controls; lessons bring their own.

use elboscope::state::Text;

pub const COURSE: Text = Text::new("Course", "Curso");
pub const COURSE_LEAD: Text = Text::new(
    "Twelve lessons on log p(x): guess first, then see, drag, explain and check.",
    "Doze lições sobre log p(x): primeiro preveja, depois veja, arraste, explique e confira.",
);
pub const LESSON: Text = Text::new("Lesson", "Lição");
pub const LOADING: Text = Text::new("Opening the lessons…", "Abrindo as lições…");
pub const MINUTES: Text = Text::new("min", "min");
pub const AFTERWARDS: Text = Text::new("Afterwards you can", "Ao final, você sabe");
pub const BEGIN: Text = Text::new("Begin", "Começar");
pub const GO_ON: Text = Text::new("Go on", "Continuar");
pub const AGAIN: Text = Text::new("Again", "Rever");
pub const STEPS_DONE: Text = Text::new("steps done", "passos feitos");
pub const GLOSSARY: Text = Text::new("Glossary", "Glossário");
pub const TEACHER: Text = Text::new("For teachers", "Para quem ensina");
pub const CLEAR: Text = Text::new("Clear my progress", "Apagar meu progresso");
pub const CLEAR_HELP: Text = Text::new(
    "Forget every prediction, answer and goal that this browser keeps",
    "Esquecer todas as previsões, respostas e metas que este navegador guarda",
);
pub const CLEAR_SURELY: Text =
    Text::new("Clear it: predictions, answers, goals", "Apagar previsões, respostas e metas");

pub const STEPS_NAME: Text = Text::new("Steps of the lesson", "Passos da lição");
pub const BACK: Text = Text::new("Back", "Voltar");
pub const NEXT: Text = Text::new("Next", "Próximo");
pub const NEXT_LESSON: Text = Text::new("Next lesson", "Próxima lição");
pub const TO_OUTLINE: Text = Text::new("All lessons", "Todas as lições");
pub const DONE: Text = Text::new("done", "feito");
pub const RESTORE: Text = Text::new("Back to this step", "De volta a este passo");
pub const RESTORE_HELP: Text = Text::new(
    "Set everything beside the text as the step has it",
    "Deixar tudo ao lado do texto como o passo pede",
);
/// Replaces a covered value.
pub const COVERED: Text = Text::new("covered: guess first", "coberto: preveja primeiro");
pub const KEYS: Text = Text::new("Keys in lessons", "Teclas nas lições");
pub const KEYS_HELP: Text = Text::new(
    "Page Down and Page Up walk through a lesson, R restores a step; switch them off if they get in your way",
    "Page Down e Page Up percorrem a lição, R refaz o passo; desative-as se atrapalharem",
);

pub const PREDICT: Text = Text::new("Predict", "Preveja");
pub const COMMIT: Text = Text::new("Commit", "Confirmar");
pub const COMMIT_PLACE: Text = Text::new("Commit this place", "Confirmar este lugar");
pub const YOUR_NUMBER: Text = Text::new("Your number", "Seu número");
pub const NO_NUMBER: Text = Text::new(
    "This cannot be read as a number. Write it like −1.5.",
    "Isto não pode ser lido como número. Escreva assim: −1,5.",
);
pub const YOU_SAID: Text = Text::new("You said", "Você disse");
pub const IT_IS: Text = Text::new("computed", "calculado");
pub const YOUR_PLACE: Text = Text::new("At your place", "No lugar escolhido");
pub const THE_BEST: Text = Text::new("to be compared with", "a comparar com");
pub const NEAR: Text = Text::new("Near enough.", "Perto o bastante.");
pub const FAR: Text = Text::new("Off by", "Diferença de");
pub const RIGHT: Text = Text::new("Right.", "Certo.");
pub const WRONG: Text = Text::new("Not this one.", "Não é esta.");
pub const RIGHT_OPTION: Text = Text::new("✓ right", "✓ certa");
pub const WRONG_OPTION: Text = Text::new("✗ your choice", "✗ sua escolha");
pub const GUESS_AGAIN: Text = Text::new("Guess again", "Prever de novo");
pub const COMPUTING: Text = Text::new("computing…", "calculando…");

pub const GOAL: Text = Text::new("Check", "Confira");
pub const GOAL_OPEN: Text = Text::new("not yet", "ainda não");
pub const GOAL_MET: Text = Text::new("reached", "alcançada");
pub const HINT: Text = Text::new("Hint", "Dica");
pub const QUESTION: Text = Text::new("In your own words", "Com suas palavras");
pub const YOUR_ANSWER: Text = Text::new("Your answer", "Sua resposta");
pub const SHOW_ANSWER: Text = Text::new("Show a model answer", "Mostrar uma resposta-modelo");
pub const CORRECTION: Text = Text::new("With care", "Com cuidado");
pub const SHAPE: Text = Text::new("shape", "forma");
pub const NOW: Text = Text::new("now", "agora");
pub const POINT_AT_A_LINE: Text = Text::new(
    "Point at a line: it lights what it computes.",
    "Aponte para uma linha: ela acende o que calcula.",
);

pub const LINK_TITLE: Text = Text::new("Build a link", "Montar um link");
pub const LINK_LEAD: Text = Text::new(
    "It lands in a step, or in the state that the bench has now, with what you hide left out.",
    "Ele leva a um passo, ou ao estado atual da bancada, sem o que você esconder.",
);
pub const LINK_TO: Text = Text::new("Where it lands", "Aonde leva");
pub const LINK_BENCH: Text = Text::new("The bench, as it is now", "A bancada, como está agora");
pub const LINK_TRAIN: Text = Text::new("Train, as it is set now", "Treinar, como está ajustado");
pub const LINK_LANGUAGE: Text = Text::new("Language", "Idioma");
pub const LINK_ANY_LANGUAGE: Text = Text::new("the browser’s", "o do navegador");
pub const LINK_THEME: Text = Text::new("Theme", "Tema");
pub const LINK_HIDE: Text = Text::new("Hide", "Esconder");
pub const LINK_NAME: Text = Text::new("The link", "O link");
pub const COPY: Text = Text::new("Copy", "Copiar");
pub const KEY_TITLE: Text = Text::new("Answer key", "Gabarito");
pub const KEY_GOAL: Text = Text::new("Goal reached with", "Meta alcançada com");
