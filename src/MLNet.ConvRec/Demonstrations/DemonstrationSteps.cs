namespace MLNet.ConvRec.Demonstrations;

/// <summary>The steps from a teacher's list to a demonstration; leaving one out gives an ablation row.</summary>
[Flags]
public enum DemonstrationSteps
{
    /// <summary>None: the teacher's own list, linked to the catalog, in the teacher's order.</summary>
    None = 0,

    /// <summary>Similar items are scored beside the named ones, and the dialogue itself speaks for items.</summary>
    Remap = 1,

    /// <summary>A judge grades the best candidates.</summary>
    Reflect = 2,

    /// <summary>Each item's score is corrected for what people choose in train.</summary>
    Adjust = 4,

    /// <summary>All three.</summary>
    All = Remap | Reflect | Adjust,
}
