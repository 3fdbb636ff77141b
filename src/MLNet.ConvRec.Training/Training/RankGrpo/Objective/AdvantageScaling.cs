namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>What centred rewards are divided by to become advantages.</summary>
public enum AdvantageScaling
{
    /// <summary>The standard deviation within the dialogue's own group of lists (the paper).</summary>
    Group,

    /// <summary>The standard deviation over all lists of the batch: dialogues in which little differs count for little.</summary>
    Batch,

    /// <summary>Nothing.</summary>
    None,
}
