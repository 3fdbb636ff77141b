using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Training.Checkpoints;
using MLNet.ConvRec.Training.RankGrpo.Objective;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Training.RankGrpo;

/// <summary>Reinforces a policy with a rank as the unit of action (stage 2, Rank-GRPO), or by GRPO or GSPO, which it is compared with.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Input and output columns
/// | column | |
/// | --- | --- |
/// | Id, Roles, Texts, SeenKnown, SeenTitles, SeenYears | the dialogue, as `mlContext.Data.LoadDialogues` gives it |
/// | GroundTruthTitles, GroundTruthYears | the items really chosen; rows without any are not reinforced |
/// | Demonstration | optional: rows that have one were imitated and are left out, unless `IncludeImitated` |
/// | Recommendations, RecommendationTitles, RecommendationYears, RecommendationScores | added: the ranked list |
///
/// ### Trainer characteristics
/// | | |
/// | --- | --- |
/// | Machine learning task | recommendation |
/// | Is normalization required? | no |
/// | Is caching required? | no; the prompts are held in memory |
/// | Required packages beside Microsoft.ML | MLNet.ConvRec.Training, libtorch of the platform |
/// | Exportable to ONNX | yes: the saved model holds it |
///
/// ### Training algorithm details
/// Paper, stage 2: for each dialogue G lists are sampled; each rank's reward is compared with the same rank of the group's other lists; the
/// importance ratio of a rank is the geometric mean of its tokens' ratios, clipped to [1 − ε_low, 1 + ε_high]. `Grpo` and `Gspo` run the same loop, but
/// compare the DCG of whole lists; the ratio is each token's own (GRPO) or the list's, the geometric mean of all its tokens' (GSPO).
/// ]]></format>
/// </remarks>
public sealed class RankGrpoTrainer : IEstimator<PolicyTransformer>
{
    private readonly PolicyObjective _objective;
    private readonly TrainingHost _host;
    private readonly ItemCatalog _catalog;
    private readonly WarmStart _warmStart;
    private readonly RankGrpoOptions _options;

    internal RankGrpoTrainer(PolicyObjective objective, TrainingHost host, ItemCatalog catalog, WarmStart warmStart, RankGrpoOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        objective.Validate(options);
        (_objective, _host, _catalog, _warmStart, _options) = (objective, host, catalog, warmStart, options);
    }

    /// <summary>Trains the warm start if it is a trainer, then reinforces it.</summary>
    /// <param name="input">Dialogues with ground truth.</param>
    /// <exception cref="InvalidDataException">No row can be reinforced.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public PolicyTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Fit(input, _warmStart.On(input));
    }

    /// <summary>Reinforces a policy.</summary>
    /// <param name="input">Dialogues with ground truth.</param>
    /// <param name="warmStart">The policy to begin with.</param>
    /// <exception cref="InvalidDataException">No row can be reinforced.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public PolicyTransformer Fit(IDataView input, PolicyModel warmStart)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(warmStart);
        return Fit(input, _ => warmStart);
    }

    private PolicyTransformer Fit(IDataView input, Func<ulong, PolicyModel> start)
    {
        var device = _host.Device();
        PolicyModel? trained = null;
        _host.Run(_objective.Name, _options.Progress, (seed, report) =>
        {
            var warmStart = start(seed);
            var lists = new ListFactory(_catalog, warmStart.Prompt);
            var prompts = DemonstratedDialogue.Read(input)
                .Where(row => row.Dialogue.GroundTruth.Count > 0 && (_options.IncludeImitated || row.Lines.Count == 0))
                .Select(row => lists.Prepare(row.Dialogue)).ToArray();
            if (prompts.Length == 0)
                throw new InvalidDataException("No row can be reinforced: every one lacks ground truth or was imitated; lower DemonstrationOptions.Share, or set RankGrpoOptions.IncludeImitated.");
            using var network = new Transformer(warmStart.Weights, device, _options.Precision) { IsRecomputed = _options.GradientCheckpointing };
            var valid = ValidationPrompts(lists);
            RankGrpoLoop.Run(
                _objective, network, lists, prompts, valid is null ? null : new GreedyValidation(lists, valid, _options.ValidationDecoding), _options, seed, _host.Clock, report,
                Checkpoints(warmStart, prompts, valid, seed), _host.Tell);
            trained = warmStart.With(WeightTransfer.Save(network));
        });
        return _host.Transformer(trained!, _catalog, _options.Decoding);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => RecommendationShape.Of(_host.Transforms, inputSchema);

    private RunCheckpoints? Checkpoints(PolicyModel start, RolloutPrompt[] prompts, RolloutPrompt[]? valid, ulong seed) => _options.Checkpoints is not { } options
        ? null
        : new RunCheckpoints(
            options,
            RunIdentity.Of(_objective.Stage, seed, _catalog, start, _options, ("data", hash => Add(hash, prompts)), ("validation set", hash => Add(hash, valid ?? []))),
            new DiskFiles(),
            _host.Warn);

    private static void Add(IdentityHash hash, RolloutPrompt[] prompts)
    {
        foreach (var prompt in prompts)
        {
            hash.Add(prompt.Id);
            hash.Add(prompt.Prompt);
            hash.Add([.. prompt.Excluded]);
            foreach (var item in prompt.Seen.Concat(prompt.GroundTruth))
                hash.Add($"{item.Title} {item.Year}");
        }
    }

    private RolloutPrompt[]? ValidationPrompts(ListFactory lists)
    {
        if (_options.ValidationSet is null)
            return null;
        RolloutPrompt[] prompts = [.. _options.ValidationSet.ReadDialogues().Where(dialogue => dialogue.GroundTruth.Count > 0).Select(lists.Prepare)];
        return prompts.Length > 0
            ? prompts
            : throw new InvalidDataException("RankGrpoOptions.ValidationSet has no dialogue with ground truth.");
    }
}
