using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Training.Checkpoints;

namespace MLNet.ConvRec.Training.Sft;

/// <summary>Trains a policy to write the demonstrations (stage 1, supervised fine-tuning).</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Input and output columns
/// | column | |
/// | --- | --- |
/// | Id, Roles, Texts, SeenKnown, SeenTitles, SeenYears | the dialogue, as `mlContext.Data.LoadDialogues` gives it |
/// | Demonstration | the lines to write, as `BuildDemonstrations` gives them; rows without any are not imitated |
/// | DemonstrationScores | the lines' scores, where those are imitated |
/// | Recommendations, RecommendationTitles, RecommendationYears, RecommendationScores | added: the ranked list |
///
/// ### Trainer characteristics
/// | | |
/// | --- | --- |
/// | Machine learning task | recommendation |
/// | Is normalization required? | no |
/// | Is caching required? | no; the tokens of the demonstrated rows are held in memory |
/// | Required packages beside Microsoft.ML | MLNet.ConvRec.Training, libtorch of the platform |
/// | Exportable to ONNX | yes: the saved model holds it |
///
/// ### Training algorithm details
/// Mean cross-entropy of the list tokens (paper, stage 1), AdamW, linear warm-up and decay. Only list tokens pass the head, a block of logits at a time;
/// `SftOptions.Precision` and `SftOptions.GradientCheckpointing` make room for large backbones.
///
/// `SftOptions.Imitation = FirstLine` imitates the scores s_1..s_K of a demonstration instead: the loss of a dialogue x is
///
/// `−Σ_i q_i log p(line i | x)`, `q_i = exp(s_i / τ) / Σ_j exp(s_j / τ)`, `p(line | x) = Π_t p(token t | x, tokens before it, what may follow in the catalog)`,
///
/// the mean over dialogues: the cross-entropy of the first item that a Plackett-Luce model with these scores draws. Items that the dialogue has named, or that
/// are no candidates of it, are left out on both sides. Prompt and lines are run in one pass, where lines begin alike their tokens once.
///
/// `SftOptions.Imitation = Lines` takes the mean of the same over the lines k = 1..K, each after the lines before it, with the items k..K alone in the sums.
/// ]]></format>
/// </remarks>
public sealed class SftTrainer : IEstimator<PolicyTransformer>
{
    private readonly TrainingHost _host;
    private readonly ItemCatalog _catalog;
    private readonly Backbone _backbone;
    private readonly SftOptions _options;

    internal SftTrainer(TrainingHost host, ItemCatalog catalog, Backbone backbone, SftOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(backbone);
        options.Validate();
        (_host, _catalog, _backbone, _options) = (host, catalog, backbone, options);
    }

    /// <summary>Trains the backbone.</summary>
    /// <param name="input">Dialogues with a <see cref="ConvRecColumns.Demonstration"/> column.</param>
    /// <exception cref="InvalidDataException">No row has a demonstration.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public PolicyTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Fit(input, seed => _backbone.Create(_catalog, input.ReadDialogues(), seed));
    }

    /// <summary>Trains a policy further; the backbone is not used.</summary>
    /// <param name="input">Dialogues with a <see cref="ConvRecColumns.Demonstration"/> column.</param>
    /// <param name="warmStart">The policy to begin with; its tokenizer and prompt are kept.</param>
    /// <exception cref="InvalidDataException">No row has a demonstration.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public PolicyTransformer Fit(IDataView input, PolicyModel warmStart)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(warmStart);
        return Fit(input, _ => warmStart);
    }

    private PolicyTransformer Fit(IDataView input, Func<ulong, PolicyModel> begin)
    {
        var device = _host.Device();
        PolicyModel? trained = null;
        _host.Run("Sft", _options.Progress, (seed, report) =>
        {
            var start = begin(seed);
            var reader = new SftExamples(_catalog, start.Prompt, _options);
            var examples = reader.Of(input);
            if (examples.Length == 0)
                throw new InvalidDataException($"No row has lines in the column {ConvRecColumns.Demonstration}; put BuildDemonstrations before Sft, or raise its share.");
            using var network = new Transformer(start.Weights, device, _options.Precision) { IsRecomputed = _options.GradientCheckpointing };
            var valid = ValidationExamples(reader);
            SftLoop.Run(
                network, examples, _options, seed, _host.Clock, report, Checkpoints(start, examples, valid, seed), valid is null ? null : new DemonstrationValidation(valid), _host.Tell);
            trained = start.With(WeightTransfer.Save(network));
        });
        return _host.Transformer(trained!, _catalog, _options.Decoding);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => RecommendationShape.Of(_host.Transforms, inputSchema);

    private RunCheckpoints? Checkpoints(PolicyModel start, SftExample[] examples, SftExample[]? valid, ulong seed) => _options.Checkpoints is not { } options
        ? null
        : new RunCheckpoints(
            options,
            RunIdentity.Of(SftLoop.Stage, seed, _catalog, start, _options, ("data", hash => Add(hash, examples)), ("validation set", hash => Add(hash, valid ?? []))),
            new DiskFiles(),
            _host.Warn);

    private static void Add(IdentityHash hash, SftExample[] examples)
    {
        foreach (var example in examples)
        {
            hash.Add(example.Prompt);
            hash.Add(example.List);
            if (example.Tree is { } tree)
                Add(hash, tree);
        }
    }

    private static void Add(IdentityHash hash, LineTree tree)
    {
        hash.Add(tree.Tokens);
        hash.Add(tree.Parents);
        foreach (var choice in tree.Choices)
        {
            hash.Add([choice.After, choice.Allowed.Offset, BitConverter.SingleToInt32Bits(choice.Mass)]);
            hash.Add(choice.Blocked);
            hash.Add([.. choice.Targets.SelectMany(target => (int[])[target.Token, BitConverter.SingleToInt32Bits(target.Share)])]);
        }
    }

    private SftExample[]? ValidationExamples(SftExamples reader)
    {
        if (_options.ValidationSet is null)
            return null;
        var examples = reader.Of(_options.ValidationSet);
        return examples.Length > 0
            ? examples
            : throw new InvalidDataException($"No row of SftOptions.ValidationSet has lines in the column {ConvRecColumns.Demonstration}; put BuildDemonstrations before it.");
    }
}
