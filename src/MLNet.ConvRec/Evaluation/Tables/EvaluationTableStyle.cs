namespace MLNet.ConvRec.Evaluation;

/// <summary>How a table of systems is written.</summary>
public enum EvaluationTableStyle
{
    /// <summary>Aligned columns for a terminal: the mean, and below it the interval.</summary>
    Text,

    /// <summary>A Markdown table: the mean with its interval behind it.</summary>
    Markdown,
}
