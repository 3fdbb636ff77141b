using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Tool.Teachers;
using MLNet.ConvRec.Training;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>What the stages begin from.</summary>
/// <param name="Data">Items and dialogues.</param>
/// <param name="Policy">The policy of <c>--backbone FOLDER</c>; <see langword="null"/> for one made from scratch.</param>
/// <param name="Features">What is known of the items beforehand; <see langword="null"/>: nothing.</param>
/// <param name="Teachers">Who writes lists; <see langword="null"/> without the stage that asks.</param>
internal sealed record StageInputs(TrainData Data, PolicyModel? Policy, ItemFeatures? Features, TeacherSet? Teachers) : IDisposable
{
    /// <summary>Loads all that a run reads, so that no mistake in a file shows up after an hour of training.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file can't be read; the sentence names it.</exception>
    public static StageInputs Load(TrainOptions options)
    {
        var data = TrainData.Load(options);
        var policy = options.Backbone == TrainOptions.TinyBackbone ? null : PolicyModel.Load(options.Backbone);
        var recipe = options.RecipeFor(data.Catalog.Count);
        var building = recipe.Demonstrations with { Seed = options.Seed };
        var known = building.WithoutHeldOut(data.Train);
        if (options.Has(TrainStages.Demonstrations | TrainStages.RankGrpo) && building.HeldOut > 0 && data.Train.Count(Truth) == known.Count(Truth))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"--held-out {building.HeldOut}: of so few conversations none with ground truth is held out, so that nothing can be reinforced; raise it, or give --held-out 0 --share 0.5."));
        }

        var teachers = options.Has(TrainStages.Demonstrations)
            ? TeacherSet.Load(options.Teachers, known, data.Catalog, ListLengthOf(policy), options.Seed)
            : null;
        return new StageInputs(data, policy, ItemFeaturesName.Load(FeaturesOf(options, recipe), data with { Train = known }, options), teachers);
    }

    /// <summary>The number of lines that the policy is asked for.</summary>
    public int ListLength => ListLengthOf(Policy);

    public void Dispose() => Teachers?.Dispose();

    // R1-zero begins with random weights: nothing is known unless it is imitated too.
    private static IReadOnlyList<string>? FeaturesOf(TrainOptions options, TrainingRecipe recipe) =>
        options.Imitation.ItemFeatures ?? (recipe.IsInformed && options.Has(TrainStages.Sft) ? null : []);

    private static bool Truth(Dialogue dialogue) => dialogue.GroundTruth.Count > 0;

    private static int ListLengthOf(PolicyModel? policy) => (policy?.Prompt.Options ?? new PromptOptions()).ListLength;
}
