using Google.Protobuf;
using MLNet.ConvRec.Export.Matrices;
using MLNet.ConvRec.Export.Onnx;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Scoring;

/// <summary>Takes a <c>model.zip</c> apart: its graph holds the weights, its value map the assets.</summary>
internal static class SavedParts
{
    /// <summary>Reads the parts of a file.</summary>
    /// <exception cref="InvalidDataException">The file is no saved recommender, or one of an earlier version.</exception>
    public static RecommenderParts Read(string path)
    {
        var (graph, assets) = RecommenderArchive.Read(path, isAlone: false);
        try
        {
            var weights = GraphWeights.Read(ModelProto.Parser.ParseFrom(graph), path);
            return new RecommenderParts(new PolicyModel(weights, assets.Prompt.Tokenizer, assets.Prompt.Options), assets.Catalog);
        }
        catch (InvalidProtocolBufferException fault)
        {
            throw new InvalidDataException($"{path}: its graph is damaged ({fault.Message.TrimEnd('.')}); copy or train it again.", fault);
        }
    }
}
