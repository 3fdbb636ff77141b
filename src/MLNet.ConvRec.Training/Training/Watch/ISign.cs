namespace MLNet.ConvRec.Training.Watch;

/// <summary>Something that can be seen to go wrong from what is told of a stage's steps, in their order.</summary>
internal interface ISign
{
    /// <summary>What is wrong, in words that stay the same.</summary>
    string Kind { get; }

    /// <summary>Takes in a step; returns numbers and remedy where it goes wrong, else <see langword="null"/>.</summary>
    string? See(TrainingProgress step);
}
