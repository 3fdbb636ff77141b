using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Export.Folder;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export;

/// <summary>Writes a recommender as a folder that hosts other than ML.NET load: ONNX Runtime, transformers.js, onnxruntime-genai.</summary>
public static class RecommenderExport
{
    /// <summary>Writes the folder; it appears whole or not at all.</summary>
    /// <param name="policy">The policy; <c>RecommenderModel.LoadParts</c> has it of a <c>model.zip</c>.</param>
    /// <param name="catalog">What may be recommended; it need not be the one that the policy was trained with.</param>
    /// <param name="folder">The folder; an earlier export in it is replaced.</param>
    /// <param name="options">How it is exported.</param>
    /// <exception cref="IOException">The folder holds something that is not of an export.</exception>
    /// <exception cref="NotSupportedException"><c>recommender.onnx</c> would be larger than a file of its kind may be.</exception>
    public static void Write(PolicyModel policy, ItemCatalog catalog, string folder, ExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        ExportFolder.Write(policy, catalog, folder, options);
    }
}
