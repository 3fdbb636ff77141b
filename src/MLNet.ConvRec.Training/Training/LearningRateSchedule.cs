namespace MLNet.ConvRec.Training;

/// <summary>How the learning rate goes on after its linear warm-up.</summary>
public enum LearningRateSchedule
{
    /// <summary>It falls along a line to its final share.</summary>
    Linear,

    /// <summary>It falls along half a cosine to its final share: slowly, fast, slowly.</summary>
    Cosine,

    /// <summary>It stays; there is no final share.</summary>
    Constant,
}
