using System.Runtime.CompilerServices;
using Microsoft.ML.Runtime;
using MLNet.ConvRec;

namespace Microsoft.ML;

/// <summary>The way in: <c>mlContext.Transforms.ConvRec</c>.</summary>
public static class ConvRecExtensions
{
    extension(TransformsCatalog catalog)
    {
        /// <summary>Conversational recommendation: demonstrations, imitation, reinforcement and scoring.</summary>
        public ConvRecCatalog ConvRec => new(catalog, EnvironmentOf(catalog));
    }

    // ML.NET keeps the environment of a catalog internal; MLContext itself is one, but a TransformsCatalog does not give it away.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Microsoft.ML.Data.IInternalCatalog.get_Environment")]
    private static extern IHostEnvironment EnvironmentOf(TransformsCatalog catalog);
}
