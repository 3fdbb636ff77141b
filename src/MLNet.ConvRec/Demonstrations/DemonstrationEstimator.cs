using Microsoft.Extensions.AI;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>Fits Remap-Reflect-Adjust to train (stage 1 of the paper).</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Input and output columns
/// | column | |
/// | --- | --- |
/// | Id, Roles, Texts, Seen…, GroundTruth… | the dialogue, as `mlContext.Data.LoadDialogues` gives it |
/// | Demonstration | added: the lines to imitate; empty for a dialogue that is not |
/// | DemonstrationScores | added: the final score of each line |
///
/// ### Estimator characteristics
/// | | |
/// | --- | --- |
/// | Does this estimator look at the data? | yes: it asks the teacher about train, and fits w, b and the blend of similarities |
/// | Exportable to ONNX | no; it matters only in training, and a saved model leaves it out |
/// ]]></format>
/// </remarks>
public sealed class DemonstrationEstimator : IEstimator<DemonstrationTransformer>
{
    private readonly ConvRecCatalog _conversational;
    private readonly ItemCatalog _catalog;
    private readonly ITeacher _teacher;
    private readonly IJudge? _judge;
    private readonly IEmbeddingGenerator<string, Embedding<float>>? _embeddings;
    private readonly DemonstrationOptions _options;

    internal DemonstrationEstimator(
        ConvRecCatalog conversational,
        ItemCatalog catalog,
        ITeacher teacher,
        IJudge? judge,
        IEmbeddingGenerator<string, Embedding<float>>? embeddings,
        DemonstrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(teacher);
        options.Validate();
        (_conversational, _catalog, _teacher, _judge, _embeddings, _options) = (conversational, catalog, teacher, judge, embeddings, options);
    }

    /// <summary>Asks the teacher about train and fits the weights. Eager.</summary>
    /// <param name="input">The dialogues of train, with ground truth.</param>
    /// <exception cref="OperationCanceledException">The context's execution, or the options' token, was cancelled.</exception>
    /// <exception cref="InvalidDataException">No dialogue has a true item that is in the catalog.</exception>
    public DemonstrationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var host = _conversational.Environment.Register(nameof(DemonstrationEstimator));
        using var channel = host.Start("Fit");
        var progress = new Told(sentence => channel.Info(MessageSensitivity.None, sentence));
        // MLContext.CancelExecution sets a flag that nobody announces.
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(_options.CancellationToken);
        using var watch = new Timer(_ => CancelWith(host, cancellation), null, dueTime: 0, period: 200);
        var fitted = DemonstrationBuilder
            .FitAsync(input.ReadDialogues(), _catalog, _teacher, _judge, _embeddings, _options, progress, cancellation.Token)
            .GetAwaiter()
            .GetResult();
        return new DemonstrationTransformer(_conversational.Transforms, fitted);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        DemonstrationMapping.Estimator(_conversational.Transforms, (_, _) => { }).GetOutputSchema(inputSchema);

    private static void CancelWith(IHostEnvironment host, CancellationTokenSource cancellation)
    {
        if (HostSwitches.IsCanceled(host))
            cancellation.Cancel();
    }

    private sealed class Told(Action<string> tell) : IProgress<string>
    {
        public void Report(string value) => tell(value);
    }
}
