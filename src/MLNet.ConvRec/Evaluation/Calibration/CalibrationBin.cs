namespace MLNet.ConvRec.Evaluation;

/// <summary>Lines of about the same score, and how many of them hit.</summary>
/// <remarks>Immutable; an entry of <c>calibration</c> in <c>metrics.json</c>.</remarks>
/// <param name="Lines">How many lines.</param>
/// <param name="LowestScore">Their lowest score.</param>
/// <param name="HighestScore">Their highest score.</param>
/// <param name="Predicted">Their mean exp(score), in [0, 1], where scores are log-probabilities; <see langword="null"/> where some score of the system is above 0.</param>
/// <param name="HitRate">The share of them that hit, in [0, 1].</param>
public sealed record CalibrationBin(int Lines, double LowestScore, double HighestScore, double? Predicted, double HitRate);
