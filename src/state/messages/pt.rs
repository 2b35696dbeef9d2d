//! Os textos em português do Brasil: the texts in Brazilian Portuguese.

use super::trouble::bytes;
use super::{Messages, opening};
use crate::state::language::Language::Pt;
use crate::state::number::{decimal, grouped, integer, small};

/// Brazilian Portuguese.
pub const PT: Messages = Messages {
    // The frame of the page.
    page_title: "ELBOscope: a evidência, suas cotas e suas estimativas",
    skip_to_plane: "Ir para o plano latente",
    pages_name: "Páginas",
    bench: "Bancada",
    close: "Fechar",

    // Languages, themes, links.
    language: "Idioma",
    theme: "Tema",
    theme_auto: "Automático",
    theme_light: "Claro",
    theme_dark: "Escuro",
    theme_projector: "Projetor",
    copy_link: "Copiar link",
    copied: "Copiado",
    copy_by_hand_title: "Copie à mão",
    copy_by_hand: "O navegador não deixa esta página copiar. O texto está selecionado: pressione Ctrl+C (no Mac, ⌘C) ou toque nele e segure.",
    present: "Apresentar",
    stop_presenting: "Sair da apresentação",
    full_screen_refused: "O navegador não permite tela cheia aqui. As letras ficam grandes assim mesmo.",

    field_needs_number: |typed, kept| {
        format!("“{typed}” não pode ser lido como número; continua {kept}.")
    },
    field_needs_whole_number: |typed, kept| {
        format!("“{typed}” não pode ser lido como número inteiro; continua {kept}.")
    },

    // x and where it comes from.
    train: "Treinar",
    train_play_help: "Aprender até a cota de validação parar de subir",
    train_pause_help: "Parar onde está",
    train_step_help: "Um passo do Adam em um lote",
    train_slow_help: "Passo a passo, devagar o bastante para acompanhar",
    rewind: "Rebobinar",
    rewind_help: "Voltar aos mesmos pesos iniciais",
    checkpoint_name: "Momento do treino",
    to_bench: "Levar à bancada",
    to_bench_help: "Abrir a rede deste momento na bancada, com seu log p(x) exato",
    bench_needs_plane: "A bancada mostra duas dimensões latentes",
    save_weights: "Salvar",
    save_weights_help: "Salvar os pesos deste momento como safetensors, com os nomes do PyTorch",
    copy_pytorch_help: "Copiar um programa PyTorch que carrega o arquivo salvo e imprime o mesmo ELBO",
    program_copied: |file| {
        format!(
            "O programa está na área de transferência. Ele carrega {file}, que Salvar grava no disco."
        )
    },
    forget_run: "Esquecer",
    forget_run_help: "Apagar o treino que este navegador guarda para que recarregar não perca nada",
    run_not_kept: "Este navegador não tem espaço para guardar o treino: salve-o, ou ele se perde ao recarregar.",
    trained_name: |step| format!("treinado, passo {}", integer(step, Pt)),
    labs: "Laboratórios",
    lab_numbers_name: "Parâmetros e números",
    figures_name: "Figuras",
    presets_name: "Estados que vale a pena ver",
    player_name: "Reproduzir o cálculo",
    play: "Reproduzir",
    play_help: "Mostrar como a figura se forma, desde o início",
    play_step_help: "Um passo adiante",
    play_slow_help: "Devagar o bastante para ver cada passo",
    reset: "Reiniciar",
    reset_help: "Voltar ao estado inicial do laboratório",
    moment_name: "Momento do cálculo",
    computing_name: "Calculando",
    save_svg_help: "Salvar a figura como SVG",
    save_png_help: "Salvar a figura como PNG",
    code: "Código",
    code_help: "O mesmo cálculo em PyTorch, com os valores atuais",
    code_note: "O Python imprime outra vez os números exatos desta página; as estimativas, com outras amostras, concordam dentro de seus erros.",
    code_name: "O programa, em Python",
    copy_code: "Copiar",
    save_code: "Salvar .py",
    save_code_help: "Salvar o programa, para executá-lo com Python",
    save_network_help: "Salvar a rede que o programa carrega",
    save_csv_help: "Salvar a tabela como CSV para Python, R e outros programas: vírgula entre as \
                    células, ponto decimal",
    save_csv_comma_help: "Salvar a tabela para o Excel, o LibreOffice e outras planilhas em português: \
                          ponto e vírgula entre as células, vírgula decimal",

    x_is_drawn: "desenhado à mão",
    x_is_digit: |class| format!("{class} em traços de caneta"),
    x_is_from_file: |file, index, count| {
        format!("{file}, {} de {}", integer(index as u64, Pt), integer(count as u64, Pt))
    },
    x_label: |class| format!("rótulo {class}"),
    gallery_name: "Galeria de dígitos",
    draw: "Desenhar",
    draw_help: "Desenhe o seu próprio x",
    open: "Abrir…",
    open_help: "Abra o MNIST (IDX, também .gz), uma imagem ou pesos; nada sai deste \
                computador",
    drop_here: "Solte o arquivo para abri-lo",
    previous_image: "Imagem anterior",
    next_image: "Próxima imagem",
    decoded_at_mean: "na média de q",
    decoded_at_probe: "na sonda",

    // From grey to black and white.
    binarization: "Preto ou branco",
    threshold: "Limiar",
    threshold_help: "O pixel é tinta a partir deste nível de cinza",
    bernoulli: "Bernoulli",
    bernoulli_help: "Cada pixel é sorteado, com o nível de cinza como probabilidade de tinta",
    bernoulli_seed: "Semente dos pixels",

    // The sketch pad.
    sketch_title: "Desenhe x",
    sketch_help: "Desenhe com mouse, caneta ou dedo. Delete apaga, Enter usa, Esc cancela.",
    sketch_empty: "Ainda não há nada desenhado.",
    use_this: "Usar este",
    clear: "Apagar",
    cancel: "Cancelar",

    // The latent plane and its legend.
    plane_title: "Plano latente",
    legend_posterior: "posterior",
    legend_prior: "a priori",
    legend_q: "q",
    legend_encoder: "codificador",
    legend_best_q: "melhor q",
    zoom_in: "Aproximar",
    zoom_out: "Afastar",
    fit_view: "Enquadrar",

    // Buttons that move q.
    set_prior: "A priori",
    set_prior_help: "Iguala q à distribuição a priori, uma normal padrão",
    set_encoder: "Codificador",
    set_encoder_help: "Iguala q à resposta do codificador para este x",
    set_best_q: "Melhor q",
    set_best_q_help: "Iguala q à gaussiana de maior ELBO",
    climb: "Subir",
    climb_help: "Segue o gradiente reparametrizado do ELBO até ele não subir mais",
    pause: "Pausar",
    step: "Passo",
    step_help: "Um passo de gradiente",
    slow: "Devagar",
    slow_help: "Devagar o bastante para ver cada passo",
    climb_converged: |steps| match steps {
        1 => "Chegou após 1 passo".to_owned(),
        _ => format!("Chegou após {} passos", integer(steps as u64, Pt)),
    },
    new_draw: "Sortear",
    new_draw_help: "A próxima semente: outras amostras da mesma q",
    undo: "Desfazer",
    redo: "Refazer",

    // The terms, all in nats.
    nats_title: "Nats",
    nats_unit: "nats",
    evidence: "log p(x)",
    evidence_help: "A log-evidência, integrada em z onde a posterior está",
    evidence_error: |error| format!("log p(x) exato ± {}", small(error, Pt)),
    evidence_first_look: "primeiro olhar",
    first_look_help: "Um primeiro olhar numa grade que ainda não foi comparada com o decodificador",
    evidence_unresolved: "estreita demais para resolver: o intervalo provado vale por log p(x)",
    certified: "provado:",
    certified_help: "log p(x) está entre estes dois números: cotas provadas célula a célula, arredondamento incluído",
    refuted: "A quadratura contradiz as cotas provadas; não confie nela:",
    evidence_coarse: "refinando…",
    elbo_help: "A cota inferior da evidência: nunca acima de log p(x)",
    gap: "lacuna",
    gap_help: "KL(q ‖ p(z | x)): exatamente o que falta ao ELBO",
    reconstruction_help: "E_q log p(x | z): quão bem as amostras de q explicam x",
    kl_prior_help: "KL(q ‖ p(z)): quanto custa a q afastar-se da distribuição a priori",
    energy_help: "E_q log p(x, z): a log-conjunta esperada",
    entropy_help: "H(q): quão espalhada é q",
    importance: "amostragem por importância",
    best_q_elbo: "melhor q",
    encoder_elbo: "codificador",
    identity_residual: "Os dois lados diferem em",
    draws_so_far: |draws| match draws {
        1 => "1 amostra até agora".to_owned(),
        _ => format!("{} amostras até agora", integer(draws, Pt)),
    },

    // The equation strip.
    identity_name: "Decomposição",
    identity_gap: "ELBO + KL",
    identity_prior: "rec. − KL até a priori",
    identity_energy: "−energia + entropia",

    // Diagnostics of the weights, and what they mean.
    ess: "ESS",
    ess_help: "Tamanho efetivo da amostra: a quantas amostras de peso igual estas equivalem",
    max_share: "maior parcela",
    max_share_help: "A parte do peso total que a amostra mais pesada carrega",
    khat: "k̂",
    khat_help: "Forma da cauda dos pesos (ajuste de Pareto); caudas mais pesadas têm k̂ maior",
    khat_fine: |limit| format!("bom até {}", decimal(limit, 2, Pt)),
    khat_high: |limit| format!("cauda pesada demais: {} ou mais", decimal(limit, 2, Pt)),
    khat_infinite: "> 1: como se os pesos não tivessem média finita",
    khat_equal: "os pesos são quase iguais: k̂ nada diz",
    khat_none: "pesos de menos na cauda para julgá-la",
    verdict_nothing: "Uma só amostra nada diz do próprio erro.",
    verdict_too_few: "Tão poucas amostras dizem pouco do próprio erro.",
    verdict_uneven: "Os pesos diferem: as amostras valem menos de dois terços do seu número.",
    verdict_fine: "Os pesos não mostram nada de errado.",
    verdict_few_carry: "Não confie nesta estimativa: as amostras valem menos de um décimo do seu número.",
    verdict_one_carries: "Não confie nesta estimativa: uma só amostra sustenta mais da metade dela.",
    verdict_heavy_tail: "Cuidado: para este K, cauda pesada demais para confiar no intervalo.",

    // Files with images.
    file_kept: "Nada foi alterado.",
    file_empty: "O arquivo está vazio (0 bytes). Abra um que contenha algo.",
    file_unknown_kind: "Este tipo de arquivo não pode ser aberto. Abra os arquivos IDX do MNIST \
                        (imagens ou rótulos, também .gz), uma imagem (PNG, JPEG, …) ou pesos \
                        (.safetensors).",
    file_foreign: |foreign, name| opening::foreign(foreign, name, Pt),
    file_too_large: |found, allowed| {
        format!(
            "O arquivo tem {}; são lidos no máximo {}. Abra um menor.",
            bytes(found, Pt),
            bytes(allowed, Pt)
        )
    },
    file_gzip_cut: "O arquivo .gz termina no meio. Baixe-o de novo.",
    file_gzip_damaged: "O arquivo .gz está danificado e não pode ser descompactado. Baixe-o de \
                        novo.",
    file_idx_too_large: |allowed| {
        format!(
            "O arquivo IDX é grande demais: descompactado, são lidos no máximo {} ({} MiB). Abra \
             um com menos imagens ou imagens menores.",
            bytes(allowed, Pt),
            integer(allowed >> 20, Pt)
        )
    },
    file_idx_too_many: |found, allowed| {
        format!(
            "O arquivo IDX contém {} imagens; são lidas no máximo {}. Abra um com menos imagens.",
            integer(found.into(), Pt),
            integer(allowed.into(), Pt)
        )
    },
    file_idx_start: |[first, second]| {
        format!(
            "Isto não é um arquivo IDX: começa com os bytes {first:02x} {second:02x} em vez de \
             00 00. Abra os arquivos do MNIST como foram baixados."
        )
    },
    file_idx_element: |found| {
        format!(
            "O arquivo IDX tem elementos do tipo 0x{found:02x}; só são lidos bytes sem sinal \
             (0x08). Salve-o de novo como bytes sem sinal."
        )
    },
    file_idx_dimensions: |found| {
        format!(
            "O número de dimensões do arquivo IDX é {found}; deve ser 3 (imagens em cinza) ou 1 \
             (rótulos). Salve as imagens como quantidade × linhas × colunas."
        )
    },
    file_idx_nothing: "O arquivo IDX contém 0 imagens ou rótulos; deve conter pelo menos 1. Abra \
                       outro.",
    file_idx_image_size: |rows, columns, allowed| {
        format!(
            "As imagens do arquivo IDX têm {} × {} pixels; cada lado deve ter de 1 a {}. Abra um \
             com imagens desse tamanho.",
            integer(rows.into(), Pt),
            integer(columns.into(), Pt),
            integer(allowed.into(), Pt)
        )
    },
    file_idx_cut: |missing| {
        format!(
            "O arquivo IDX está incompleto: termina pelo menos {} antes do que deveria. Baixe-o \
             de novo.",
            bytes(missing, Pt)
        )
    },
    file_idx_trailing: |extra| {
        format!(
            "O arquivo IDX continua por {} depois do último elemento, onde deveria terminar. \
             Baixe-o de novo.",
            bytes(extra, Pt)
        )
    },
    file_picture_kind: "Isto não é uma imagem que possa ser lida. Salve-a como PNG ou JPEG.",
    file_picture_undecodable: |format| opening::undecodable(format, Pt),
    file_picture_size: |width, height, allowed| {
        format!(
            "A imagem tem {} × {} pixels; cada lado pode ter no máximo {}. Recorte-a ou reduza-a.",
            integer(width.into(), Pt),
            integer(height.into(), Pt),
            integer(allowed.into(), Pt)
        )
    },
    file_picture_memory: |allowed| {
        format!(
            "Decodificada, a imagem precisa de mais de {} de memória ({} MiB). Reduza-a ou salve-a \
             com 8 bits por canal.",
            bytes(allowed, Pt),
            integer(allowed >> 20, Pt)
        )
    },
    file_picture_damaged: |detail| {
        format!(
            "A imagem está danificada, incompleta ou é de uma variedade que não é lida. Salve-a de \
             novo como PNG ou JPEG. (Decodificador: {detail})"
        )
    },
    file_picture_no_ink: "A imagem está em branco: nada se destaca do papel. Abra uma com traços \
                          mais escuros ou mais claros.",
    file_labels_alone: "São rótulos sem imagens; abra os dois arquivos juntos.",
    file_labels_mismatch: |labels, images| {
        format!(
            "Os arquivos não formam um par (rótulos: {}; imagens: {}); cada imagem precisa de um \
             rótulo. Abra imagens e rótulos do mesmo conjunto, ambos train ou ambos t10k.",
            integer(labels, Pt),
            integer(images, Pt)
        )
    },
    file_unreadable: "O navegador não conseguiu ler o arquivo. Escolha-o de novo.",

    // Weights of the model.
    model: "Modelo",
    model_shipped: "traços de caneta",
    model_loading: "Carregando o modelo…",
    model_preparing: "Preparando a integral exata…",
    model_shape: |[encoder, decoder]| format!("784–{encoder}–2, 2–{decoder}–784"),
    model_not_fetched: "Não foi possível carregar o modelo.",
    part_not_fetched: "Não foi possível carregar esta parte da página.",
    model_opened: |file| format!("Modelo aberto: {file}"),
    model_assumed_tanh: "Os metadados do arquivo não têm “activation”; foi suposta tanh. Se o \
                         modelo foi treinado com ReLU, salve-o com \
                         metadata={\"activation\": \"relu\"}.",
    model_not_safetensors: |detail| {
        format!(
            "Isto não pode ser lido como arquivo .safetensors. Salve os pesos de novo com \
             safetensors.torch.save_file, em float32. (Leitor: {detail})"
        )
    },
    model_tensor_missing: |name, found| {
        let found = if found.is_empty() { "nenhum tensor" } else { found };
        format!(
            "Falta o tensor {name}; o arquivo tem {found}. Dê aos tensores os nomes que o PyTorch \
             dá a dois nn.Sequential: de encoder.0.weight a decoder.2.bias."
        )
    },
    model_tensor_shape: |name, found, expected| {
        format!(
            "O tensor {name} tem a forma {found}; deve ter a forma {expected}. As camadas devem \
             ser 784 → H → 2L no codificador e L → H → 784 no decodificador, com H, L ≥ 1."
        )
    },
    model_tensor_not_finite: |name, index| {
        format!(
            "O tensor {name} contém NaN ou infinito, o primeiro no índice {} (linha a linha, a \
             partir de 0); todo número deve ser finito. Salve os pesos de antes de o treino \
             divergir.",
            integer(index as u64, Pt)
        )
    },
    model_too_large: |name, reached, allowed| {
        format!(
            "Os números em {name} são tão grandes que a rede pode chegar a {}; é possível calcular \
             até {}. Salve os pesos de antes de o treino divergir.",
            small(reached, Pt),
            small(allowed, Pt)
        )
    },
    model_prefix: |prefix| {
        format!("O nome de todo tensor começava com “{prefix}”; isso foi retirado.")
    },
    model_too_wide: |found, allowed| {
        format!(
            "A camada oculta tem {} unidades; são aceitas no máximo {}. Treine um modelo mais \
             estreito.",
            integer(found as u64, Pt),
            integer(allowed as u64, Pt)
        )
    },
    model_wrong_latent: |found| {
        format!(
            "A bancada precisa de duas dimensões latentes, L = 2; o arquivo tem L = {}. Treine um \
             modelo com L = 2.",
            integer(found as u64, Pt)
        )
    },
    model_unknown_activation: |given| {
        format!(
            "Os metadados do arquivo dizem que a ativação é “{given}”; só são conhecidas tanh e \
             relu. Salve-o com uma destas."
        )
    },
    model_not_written: |detail| {
        format!(
            "Não foi possível gravar os pesos em um arquivo. Tente de novo. (Gravador: {detail})"
        )
    },

    // When something breaks.
    retry: "Tentar de novo",
    worker_died: "O cálculo em segundo plano parou.",
    worker_died_help: "Nada do que você ajustou se perdeu. Até ele recomeçar, faltam os valores \
                       exatos e os cálculos longos.",
    worker_restart: "Recomeçar o cálculo",
    panic_reload: "Recarregar este estado",
    panic_details: "Detalhes",

    // Notes on an address.
    notes_title: "O link não foi seguido ao pé da letra",
    note_too_long: |bytes| {
        format!(
            "O link é longo demais ({} bytes) para ser um dos nossos; esta é a bancada padrão.",
            integer(bytes as u64, Pt)
        )
    },
    note_unknown_page: |given| format!("Não existe a página “{given}”; esta é a bancada padrão."),
    note_unknown_parameter: |given| {
        format!("“{given}” não é um parâmetro desta página e foi ignorado.")
    },
    note_repeated: |parameter, given| {
        format!("{parameter} aparece duas vezes no link; {given} foi ignorado.")
    },
    note_clamped: |parameter, given, became| {
        format!("{parameter}: {given} está fora da faixa; foi usado {became}.")
    },
    note_unreadable: |parameter, given, became| match became {
        Some(became) => {
            format!("{parameter}: não foi possível ler “{given}”; foi usado o padrão {became}.")
        }
        None => format!("{parameter}: não foi possível ler “{given}”, que foi ignorado."),
    },

    // Accessible names, values and summaries.
    mu_name: |axis| format!("Média de q ao longo de z{axis}"),
    sigma_name: |axis| format!("Desvio-padrão de q ao longo de z{axis}"),
    rho_name: "Correlação de q",
    k_name: "Número de amostras K",
    seed_name: "Semente das amostras",
    plane_name: "Plano latente com a posterior exata, a priori e q",
    mean_handle_name: "Média de q",
    sigma_handle_name: |axis| format!("Largura e direção de q, eixo principal {axis}"),
    probe_handle_name: "Sonda z",
    handle_help: "As setas movem; com Shift, mais fino; Page Up e Page Down, mais grosso; Home e \
                  End, até os extremos.",
    point_value: |first, second| {
        format!("z1 {}; z2 {}", decimal(first, 2, Pt), decimal(second, 2, Pt))
    },
    sigma_value: |sigma| format!("desvio-padrão {}", decimal(sigma, 2, Pt)),
    announcement: |elbo, gap| {
        format!("ELBO {}, lacuna {} nats", grouped(elbo, 1, Pt), grouped(gap, 1, Pt))
    },
    plane_summary: |mu, sigma, rho| {
        format!(
            "q tem média em ({}; {}), desvios-padrão {} e {} e correlação {}.",
            decimal(mu[0], 2, Pt),
            decimal(mu[1], 2, Pt),
            decimal(sigma[0], 2, Pt),
            decimal(sigma[1], 2, Pt),
            decimal(rho, 2, Pt)
        )
    },
    thermometer_summary: |evidence, elbo, gap| {
        format!(
            "log p(x) vale {} nats. O ELBO vale {}, o que deixa uma lacuna de {}.",
            decimal(evidence, 2, Pt),
            decimal(elbo, 2, Pt),
            decimal(gap, 2, Pt)
        )
    },
    show_table: "Tabela",
    ladder_table_caption: "Cota IWAE por número de amostras, em nats",
    table_k: "K",
    table_estimate: "Estimativa",
    table_interval: "Intervalo",
    table_replicates: "Réplicas",
    table_exact: "Exata",
    sketch_pad_name: "Quadro de desenho, 28 por 28 pixels",
    x_picture_name: "A imagem x",
    decoded_picture_name: "p(x | z) do decodificador, probabilidade de tinta por pixel",
    // The foot of the page.
};
