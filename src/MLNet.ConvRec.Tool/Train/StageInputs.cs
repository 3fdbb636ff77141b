using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>What the stages begin from.</summary>
/// <param name="Data">Items and dialogues.</param>
/// <param name="Policy">The policy of <c>--backbone FOLDER</c>; <see langword="null"/> for one made from scratch.</param>
/// <param name="Teacher">The teacher; <see langword="null"/> without the stage that asks it.</param>
internal sealed record StageInputs(TrainData Data, PolicyModel? Policy, ITeacher? Teacher)
{
    /// <summary>Loads all that a run reads, so that no mistake in a file shows up after an hour of training.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file can't be read; the sentence names it.</exception>
    public static StageInputs Load(TrainOptions options)
    {
        var data = TrainData.Load(options);
        var policy = options.Backbone == TrainOptions.TinyBackbone ? null : PolicyModel.Load(options.Backbone);
        var teacher = options.Has(TrainStages.Demonstrations) ? Teachers.Load(options, data, ListLengthOf(policy)) : null;
        return new StageInputs(data, policy, teacher);
    }

    /// <summary>The number of lines that the policy is asked for.</summary>
    public int ListLength => ListLengthOf(Policy);

    private static int ListLengthOf(PolicyModel? policy) => (policy?.Prompt.Options ?? new PromptOptions()).ListLength;
}
