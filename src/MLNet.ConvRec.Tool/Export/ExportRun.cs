using Microsoft.ML;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Export;
using MLNet.ConvRec.Export.Folder;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Scoring;

namespace MLNet.ConvRec.Tool.Export;

/// <summary>Exports a recommender for other hosts.</summary>
/// <remarks>Touches nothing of training, so that it runs where libtorch can't.</remarks>
internal static class ExportRun
{
    /// <summary>Writes the folder and tells what is in it.</summary>
    /// <returns>The exit code 0: the folder is whole.</returns>
    public static int Run(ExportRequest request, TextWriter output)
    {
        request.Validate();
        var (policy, catalog) = Parts(request);
        try
        {
            RecommenderExport.Write(policy, catalog, request.Output, request.Options);
        }
        catch (NotSupportedException tooLarge)
        {
            throw new InvalidDataException(tooLarge.Message, tooLarge);
        }

        string[] names = [ExportFolder.RecommenderFile, DecoderFile.Of(request.Options.Precision)];
        var graphs = names
            .Select(name => (name, bytes: BytesOf(Path.Combine(request.Output, name)))).Where(graph => graph.bytes > 0)
            .Select(graph => $"{graph.name} {graph.bytes / 1e6:N1} MB");
        output.WriteLine($"{request.Output}: {catalog.Count:N0} items, {policy.WeightCount:N0} weights, {string.Join(", ", graphs)}.");
        return 0;
    }

    private static long BytesOf(string path) =>
        new[] { path, path + "_data" }.Where(File.Exists).Sum(file => new FileInfo(file).Length);

    private static (PolicyModel Policy, ItemCatalog Catalog) Parts(ExportRequest request)
    {
        if (request.Policy is { } folder)
            return (PolicyModel.Load(folder), ItemCatalog.Load(request.Catalog!));
        var parts = RecommenderModel.LoadParts(request.Model!);
        return (parts.Policy, request.Catalog is { } catalog ? ItemCatalog.Load(catalog) : parts.Catalog);
    }
}
