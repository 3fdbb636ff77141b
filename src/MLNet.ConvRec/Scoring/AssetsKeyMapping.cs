using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Scoring;

/// <summary>Gives every row the key under which the chain's value map holds the assets.</summary>
/// <remarks>A value map is the one way in which stock transformers carry a constant through a saved model.</remarks>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class AssetsKeyMapping : CustomMappingFactory<AssetsKeyMapping.Input, AssetsKeyMapping.Output>
{
    public const string Contract = "MLNet.ConvRec.AssetsKey";
    public const int Key = 1;

    public override Action<Input, Output> GetMapping() => Map;

    public static void Map(Input row, Output output) => output.Key = Key;

    // ML.NET wants a column to read; every dialogue has this one.
    internal sealed class Input
    {
        [ColumnName(ConvRecColumns.Id)]
        public ReadOnlyMemory<char> Id { get; set; }
    }

    internal sealed class Output
    {
        [ColumnName(ScoringColumns.AssetsKey)]
        public int Key { get; set; }
    }
}
