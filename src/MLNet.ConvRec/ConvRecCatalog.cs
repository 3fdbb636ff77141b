using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.ConvRec;

/// <summary>What <c>mlContext.Transforms.ConvRec</c> offers: the stages of conversational recommendation as ML.NET estimators.</summary>
/// <remarks>Each stage adds its own methods as extensions, in its own folder. Seed, device, log and cancellation are the <see cref="MLContext"/>'s.</remarks>
public sealed class ConvRecCatalog
{
    internal ConvRecCatalog(TransformsCatalog transforms, IHostEnvironment environment)
    {
        Transforms = transforms;
        Environment = environment;
    }

    // The stock transformers that every saved form is made of.
    internal TransformsCatalog Transforms { get; }

    internal IHostEnvironment Environment { get; }
}
