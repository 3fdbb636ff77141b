using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Demonstrations;

/// <summary>Fits Remap-Reflect-Adjust to train (stage 1 of the paper).</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Input and output columns
/// | column | |
/// | --- | --- |
/// | Id, Roles, Texts, SeenKnown, SeenTitles, SeenYears, GroundTruthTitles, GroundTruthYears | the dialogue, as `mlContext.Data.LoadDialogues` gives it |
/// | Demonstration | added: the lines to imitate; empty for a dialogue that is not |
/// | DemonstrationScores | added: the final score of each line |
///
/// ### Estimator characteristics
/// | | |
/// | --- | --- |
/// | Does this estimator need to look at the data to train its parameters? | yes: it asks the teacher about train, and fits w, b and the blend of similarities |
/// | Exportable to ONNX | no; it matters only in training, and a saved model leaves it out |
/// ]]></format>
/// </remarks>
public sealed class DemonstrationEstimator : IEstimator<DemonstrationTransformer>
{
    private readonly ConvRecCatalog _conversational;
    private readonly ItemCatalog _catalog;
    private readonly ITeacher _teacher;
    private readonly IJudge? _judge;
    private readonly DemonstrationOptions _options;

    internal DemonstrationEstimator(ConvRecCatalog conversational, ItemCatalog catalog, ITeacher teacher, IJudge? judge, DemonstrationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(teacher);
        options.Validate();
        (_conversational, _catalog, _teacher, _judge, _options) = (conversational, catalog, teacher, judge, options);
    }

    /// <summary>Asks the teacher about train and fits the weights. Eager.</summary>
    /// <param name="input">The dialogues of train, with ground truth.</param>
    /// <exception cref="InvalidDataException">No dialogue has a true item that is in the catalog.</exception>
    public DemonstrationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var host = _conversational.Environment.Register(nameof(DemonstrationEstimator));
        using var channel = host.Start("Fit");
        var progress = new Told(sentence => channel.Info(Microsoft.ML.Runtime.MessageSensitivity.None, sentence));
        var fitted = DemonstrationBuilder.FitAsync([.. input.ReadDialogues()], _catalog, _teacher, _judge, _options, progress, CancellationToken.None)
            .GetAwaiter().GetResult();
        return new DemonstrationTransformer(_conversational.Transforms, fitted);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        DemonstrationMapping.Estimator(_conversational.Transforms, (_, _) => { }).GetOutputSchema(inputSchema);

    private sealed class Told(Action<string> tell) : IProgress<string>
    {
        public void Report(string value) => tell(value);
    }
}
