//! The registry itself: one entry for each quantity.

use serde::{Deserialize, Serialize};

use super::{Standing, Unit};
use crate::state::{Text, text};

/// The short label where an entry has one, else the label.
macro_rules! short_or {
    ($label:expr) => {
        $label
    };
    ($label:expr, $short:expr) => {
        $short
    };
}

/// Declares [`Quantity`] with what is known of each; every property is a function of its own, so that a program carries
/// only the texts that it asks for. In a `const` block it carries the text of that quantity alone.
macro_rules! quantities {
    ($(
        $variant:ident $name:literal
        $english:literal
        $(short $short_english:literal)?
        $symbol:literal, $unit:ident, $standing:ident
        = $formula:literal
        ($source:literal)
    )*) => {
        /// A number that the app shows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Quantity {
            $(#[doc = concat!($english, ": ", $formula)] $variant,)*
        }

        impl Quantity {
            /// Every quantity, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The documented name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it is called, in both languages.
            pub const fn label(self) -> Text {
                match self { $(Self::$variant => text!($english),)* }
            }

            /// What it is called where there is little room or its page says the rest; most have one label for both.
            pub const fn short_label(self) -> Text {
                match self {
                    $(Self::$variant => short_or!(
                        text!($english)
                        $(, text!($short_english))?
                    ),)*
                }
            }

            /// Its symbol in formulas, set as [`symbol_html`](super::symbol_html) reads it.
            pub const fn symbol(self) -> &'static str {
                match self { $(Self::$variant => $symbol,)* }
            }

            /// What it is measured in.
            pub fn unit(self) -> Unit {
                match self { $(Self::$variant => Unit::$unit,)* }
            }

            /// How far it is to be trusted.
            pub fn standing(self) -> Standing {
                match self { $(Self::$variant => Standing::$standing,)* }
            }

            /// Its definition, in plain text.
            pub fn formula(self) -> &'static str {
                match self { $(Self::$variant => $formula,)* }
            }

            /// Where it comes from; empty for the counts and times of a run.
            pub fn source(self) -> &'static str {
                match self { $(Self::$variant => $source,)* }
            }
        }
    };
}

quantities! {
    LogEvidence "log-evidence"
        "log p(x), exact"
        short "log p(x)"
        "log p(x)", Nats, Exact
        = "log ∫ p(z) p(x|z) dz"
        ("Kingma & Welling 2014")
    LogEvidenceError "log-evidence-error"
        "error of the exact log p(x)"
        "±", SmallNats, Exact
        = "the difference of two quadrature rules"
        ("Davis & Rabinowitz 1984, Methods of numerical integration")
    LogEvidenceLower "log-evidence-lower"
        "log p(x) is at least"
        "L", Nats, Proven
        = "log of the sum of lower bounds over the cells of the plane"
        ("Moore, Kearfott & Cloud 2009, Introduction to interval analysis")
    LogEvidenceUpper "log-evidence-upper"
        "log p(x) is at most"
        "U", Nats, Proven
        = "log of the sum of upper bounds over the cells of the plane, and of all that is outside"
        ("Moore, Kearfott & Cloud 2009, Introduction to interval analysis")
    Elbo "elbo"
        "ELBO"
        "ELBO(q)", Nats, Exact
        = "E_q[log p(x, z) − log q(z)]"
        ("Jordan et al. 1999; Kingma & Welling 2014")
    KlPosterior "kl-posterior"
        "KL(q‖posterior)"
        short "gap"
        "KL( q ‖ p(z | x) )", Nats, Exact
        = "E_q[log q(z) − log p(z|x)] = log p(x) − ELBO"
        ("Kullback & Leibler 1951")
    Reconstruction "reconstruction"
        "reconstruction"
        "E_q log p(x | z)", Nats, Exact
        = "E_q[log p(x|z)]"
        ("Kingma & Welling 2014")
    KlPrior "kl-prior"
        "KL(q‖prior)"
        "KL( q ‖ p(z) )", Nats, Exact
        = "E_q[log q(z) − log p(z)]"
        ("Kingma & Welling 2014, appendix B")
    ExpectedLogJoint "expected-log-joint"
        "expected log joint"
        "E_q log p(x, z)", Nats, Exact
        = "E_q[log p(x, z)]"
        ("Neal & Hinton 1998")
    Entropy "entropy"
        "entropy of q"
        "H( q )", Nats, Exact
        = "−E_q[log q(z)]"
        ("Shannon 1948")
    IdentityResidual "identity-residual"
        "difference of the three ways to the ELBO"
        "Δ", SmallNats, Diagnostic
        = "the largest difference of the ELBO by its three decompositions, on two sets of nodes"
        ("this app")
    Importance "importance"
        "importance sampling"
        short "log-IS"
        "log p̂(x)", Nats, Estimate
        = "log (1/K) Σ w_i, w = p(x, z)/q(z), z ~ q"
        ("Kahn & Marshall 1953; Owen 2013, ch. 9")
    ImportanceStderr "importance-stderr"
        "standard error of importance sampling"
        "se", Nats, Diagnostic
        = "sd(w) / (√K mean(w)), by the delta method"
        ("Owen 2013, ch. 9")
    ImportanceRunning "importance-running"
        "importance sampling, all draws so far"
        "log p̂(x)", Nats, Estimate
        = "log (1/n) Σ w_i over up to a million draws"
        ("Owen 2013, ch. 9")
    ImportanceRunningStderr "importance-running-stderr"
        "its standard error"
        "se", SmallNats, Diagnostic
        = "sd(w) / (√n mean(w)), by the delta method"
        ("Owen 2013, ch. 9")
    Iwae "iwae"
        "IWAE"
        short "L_K"
        "L̂_K", Nats, LowerBound
        = "mean over replicates of log (1/K) Σ w_i"
        ("Burda, Grosse & Salakhutdinov 2016")
    IwaeLow "iwae-low"
        "IWAE, 10th percentile of replicates"
        "P₁₀", Nats, Diagnostic
        = "above which nine of ten replicates lie"
        ("Burda, Grosse & Salakhutdinov 2016")
    IwaeHigh "iwae-high"
        "IWAE, 90th percentile of replicates"
        "P₉₀", Nats, Diagnostic
        = "below which nine of ten replicates lie"
        ("Burda, Grosse & Salakhutdinov 2016")
    IwaeReplicates "iwae-replicates"
        "replicates"
        "R", Count, Diagnostic
        = "pools of K draws that the mean is over"
        ("Burda, Grosse & Salakhutdinov 2016")
    IwaeExact "iwae-exact"
        "E L_K, exact"
        "L_K", Nats, Exact
        = "E log (1/K) Σ w_i = ∫ (e^−t − φ(t/K)^K)/t dt, φ the Laplace transform of the weight"
        ("Burda, Grosse & Salakhutdinov 2016")
    Ess "ess"
        "effective draws (ESS)"
        short "ESS"
        "ESS", Count, Diagnostic
        = "(Σ w_i)² / Σ w_i²"
        ("Kong 1992")
    MaxShare "max-share"
        "largest weight's share"
        short "largest share"
        "max w̄", Share, Diagnostic
        = "max w_i / Σ w_i"
        ("Owen 2013, ch. 9")
    KHat "khat"
        "tail index k̂"
        short "k̂"
        "k̂", One, Diagnostic
        = "shape of a generalised Pareto fitted to the largest weights"
        ("Vehtari et al. 2024; Zhang & Stephens 2009")
    BestQElbo "best-q-elbo"
        "ELBO, best Gaussian"
        short "best q"
        "max_q ELBO(q)", Nats, Exact
        = "the largest ELBO of a Gaussian with mean, deviations and correlation"
        ("Cremer, Li & Duvenaud 2018")
    EncoderElbo "encoder-elbo"
        "ELBO, encoder"
        short "encoder"
        "ELBO(q_φ)", Nats, Exact
        = "the ELBO of q(z|x) as the encoder gives it"
        ("Kingma & Welling 2014; Cremer, Li & Duvenaud 2018")
    PriorMc "prior-mc"
        "draws from the prior"
        short "prior draws"
        "log p̂(x)", Nats, Estimate
        = "log (1/K) Σ p(x|z_i), z ~ p(z)"
        ("Owen 2013, ch. 9")
    UniformMc "uniform-mc"
        "draws from a uniform"
        short "uniform draws"
        "log p̂(x)", Nats, Estimate
        = "log (V/K) Σ p(x, z_i), z uniform on a volume V"
        ("Owen 2013, ch. 9")
    UniformVariance "uniform-variance"
        "χ² of a uniform draw"
        "χ²", One, Exact
        = "Var w / p(x)² for z uniform"
        ("Owen 2013, ch. 9")
    PriorVariance "prior-variance"
        "χ² of a prior draw"
        "χ²", One, Exact
        = "Var p(x|z) / p(x)² for z ~ p(z)"
        ("Owen 2013, ch. 9")
    ChiSquare "chi-square"
        "χ², variance of w/p(x)"
        short "χ²"
        "χ²", One, Exact
        = "E_q[(w/p(x))²] − 1"
        ("Agapiou et al. 2017")
    Delta "delta"
        "delta-corrected"
        short "delta"
        "delta", Nats, Estimate
        = "log mean(w) + Var(w)/(2 K mean(w)²)"
        ("Nowozin 2018")
    Jackknife1 "jackknife-1"
        "JVI-1"
        "JVI₁", Nats, Estimate
        = "the jackknife of log mean(w), of first order"
        ("Nowozin 2018")
    Jackknife2 "jackknife-2"
        "JVI-2"
        "JVI₂", Nats, Estimate
        = "the jackknife of log mean(w), of second order"
        ("Nowozin 2018")
    Sumo "sumo"
        "SUMO"
        "SUMO", Nats, Estimate
        = "L₁ + Σ_{k≤N} (L_{k+1} − L_k)/P(N ≥ k), N random"
        ("Luo et al. 2020")
    Eubo "eubo"
        "EUBO"
        "EUBO(q)", Nats, Exact
        = "E_{p(z|x)}[log p(x, z) − log q(z)]"
        ("Ji & Shen 2019")
    Cubo "cubo"
        "CUBO, mean of replicates"
        short "CUBO"
        "CUBÔ_n", Nats, Estimate
        = "(1/n) log (1/K) Σ w_i^n, below CUBO_n on average"
        ("Dieng et al. 2017")
    CuboBound "cubo-bound"
        "CUBO, exact"
        short "CUBO"
        "CUBO_n", Nats, Exact
        = "(1/n) log E_q[w^n]"
        ("Dieng et al. 2017")
    Renyi "renyi"
        "Rényi, mean of replicates"
        short "Rényi"
        "L̂_α", Nats, Estimate
        = "(1/(1−α)) log (1/K) Σ w_i^(1−α)"
        ("Li & Turner 2016")
    RenyiBound "renyi-bound"
        "Rényi, exact"
        short "Rényi"
        "L_α", Nats, Exact
        = "(1/(1−α)) log E_q[w^(1−α)]"
        ("Li & Turner 2016")
    Laplace "laplace"
        "Laplace"
        "Laplace", Nats, Estimate
        = "log p(x, ẑ) + (D/2) log 2π − ½ log det H, ẑ the mode"
        ("MacKay 2003, ch. 27")
    Psis "psis"
        "smoothed (PSIS)"
        short "PSIS"
        "PSIS", Nats, Estimate
        = "log mean of the weights, the largest replaced by quantiles of a Pareto tail"
        ("Vehtari et al. 2024")
    Ais "ais"
        "AIS"
        "AIS", Nats, Estimate
        = "log of the mean weight of annealed chains"
        ("Neal 2001")
    AisLower "ais-lower"
        "AIS, lower"
        short "AIS"
        "AIS", Nats, LowerBound
        = "mean log-weight of forward chains from q to the posterior"
        ("Neal 2001; Grosse, Ghahramani & Adams 2015")
    Smc "smc"
        "SMC, lower"
        short "SMC"
        "SMC", Nats, LowerBound
        = "mean log of the product of mean incremental weights, with resampling"
        ("Del Moral, Doucet & Jasra 2006")
    BdmcUpper "bdmc-upper"
        "BDMC, upper"
        short "BDMC"
        "BDMC", Nats, UpperBound
        = "mean log-weight of reverse chains from an exact draw"
        ("Grosse, Ghahramani & Adams 2015")
    Width "width"
        "width"
        "U − L", Nats, Estimate
        = "upper less lower bound, for T temperatures"
        ("Grosse, Ghahramani & Adams 2015")
    TvoLower "tvo-lower"
        "TVO left sum"
        short "TVO left"
        "TVO_L", Nats, Exact
        = "left Riemann sum of E_β[log w] over β in [0, 1]"
        ("Masrani, Le & Wood 2019")
    TvoUpper "tvo-upper"
        "TVO right sum"
        short "TVO right"
        "TVO_R", Nats, Exact
        = "right Riemann sum of E_β[log w] over β in [0, 1]"
        ("Masrani, Le & Wood 2019")
    Acceptance "acceptance"
        "accepted moves"
        short "accepted"
        "a", Share, Diagnostic
        = "share of proposed moves that are accepted"
        ("Neal 2011")
    LogEvidenceLower95 "log-evidence-lower-95"
        "at least, 95% sure"
        "L₉₅", Nats, Confident
        = "the best of the bounds that Markov's inequality gives of the forward weights"
        ("Grosse, Ghahramani & Adams 2015")
    LogEvidenceUpper95 "log-evidence-upper-95"
        "at most, 95% sure"
        "U₉₅", Nats, Confident
        = "log(1/δ) less the log of the mean inverse reverse weight, by Markov's inequality"
        ("Grosse, Ghahramani & Adams 2015")
    GradientMean "gradient-mean"
        "mean gradient"
        short "∂/∂m, mean"
        "ĝ", One, Estimate
        = "mean over replicates of the estimated gradient"
        ("Mohamed et al. 2020")
    GradientExact "gradient-exact"
        "exact gradient"
        short "∂/∂m, exact"
        "g", One, Exact
        = "the gradient of the bound"
        ("Mohamed et al. 2020")
    GradientVariance "gradient-variance"
        "variance of the estimate"
        short "variance, measured"
        "Var ĝ", One, Estimate
        = "variance over replicates of the estimated gradient"
        ("Mohamed et al. 2020")
    GradientVarianceExact "gradient-variance-exact"
        "exact variance of the estimate"
        short "variance, exact"
        "Var ĝ", One, Exact
        = "variance of the estimated gradient"
        ("Mohamed et al. 2020")
    GradientSnr "gradient-snr"
        "signal-to-noise ratio"
        short "SNR, measured"
        "SNR", One, Estimate
        = "|mean ĝ| / sd ĝ over replicates"
        ("Rainforth et al. 2018")
    GradientSnrExact "gradient-snr-exact"
        "exact signal-to-noise ratio"
        short "SNR, exact"
        "SNR", One, Exact
        = "|g| / sd ĝ"
        ("Rainforth et al. 2018")
    Step "step"
        "steps"
        short "step"
        "t", Count, Progress
        = "steps of the optimiser that have been taken"
        ("")
    Epoch "epoch"
        "passes (epochs)"
        short "epoch"
        "e", One, Progress
        = "images seen / images"
        ("")
    TrainingElbo "training-elbo"
        "ELBO, training"
        "ELBO", Nats, Estimate
        = "mean of log p(x|z) − KL(q‖p(z)) over the last batches, one draw each"
        ("Kingma & Welling 2014")
    ApproximationGap "approximation-gap"
        "approximation gap"
        short "approximation"
        "log p(x) − max_q ELBO", Nats, Exact
        = "mean of log p(x) − the ELBO of the best Gaussian"
        ("Cremer, Li & Duvenaud 2018")
    AmortizationGap "amortization-gap"
        "amortization gap"
        short "amortization"
        "max_q ELBO − ELBO(q_φ)", Nats, Exact
        = "mean of the best Gaussian's ELBO − the encoder's"
        ("Cremer, Li & Duvenaud 2018")
    ReportedElbo "reported-elbo"
        "“ELBO” as reported: BCE + KL"
        short "BCE + KL"
        "BCE + KL", Nats, Estimate
        = "−E_q[log p(x|z)] + KL(q‖p(z)), the loss in place of the ELBO: −ELBO"
        ("this app")
    EncoderReported "encoder-reported"
        "BCE + KL of the measured images"
        short "BCE + KL"
        "BCE + KL", Nats, Exact
        = "−E_q[log p(x|z)] + KL(q‖p(z)) of the encoder's q: −ELBO"
        ("this app")
    MsPerStep "ms-per-step"
        "ms per step"
        "ms", Milliseconds, Progress
        = "time / steps"
        ("")
    ImagesPerSecond "images-per-second"
        "images per second"
        "1/s", Count, Progress
        = "images / time"
        ("")
    EpochSecondsLeft "epoch-seconds-left"
        "this epoch ends in about"
        "s", Seconds, Progress
        = "images left in the epoch / images per second"
        ("")
    RestSecondsLeft "rest-seconds-left"
        "rests, if nothing rises, in about"
        "s", Seconds, Progress
        = "images left until the bound has not risen for long enough / images per second"
        ("")
}
