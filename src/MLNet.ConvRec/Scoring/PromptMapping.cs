using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Export;

namespace MLNet.ConvRec.Scoring;

/// <summary>Writes a dialogue as the graph's inputs: the tokens of its prompt, the catalog items that its list may not hold, and those it may.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class PromptMapping : CustomMappingFactory<PromptMapping.Input, PromptMapping.Output>
{
    public const string Contract = "MLNet.ConvRec.Prompt";

    public override Action<Input, Output> GetMapping() => Map;

    public static void Map(Input row, Output output)
    {
        var assets = ScoringAssets.Of(row.Assets);
        var dialogue = row.ToDialogue();
        long[] inputIds = [.. assets.Prompt.Encode(dialogue).Select(token => (long)token)];
        long[] exclude = [.. assets.Excluded(dialogue).Select(item => (long)item)];
        // A row must hold something: the catalog's size, which stands for no item.
        long[] candidates = [.. assets.Candidates(dialogue).Select(item => (long)item).DefaultIfEmpty(assets.Catalog.Count)];
        output.InputIds = new VBuffer<long>(inputIds.Length, inputIds);
        output.AttentionMask = new VBuffer<long>(inputIds.Length, Array.ConvertAll(inputIds, _ => 1L));
        output.Exclude = new VBuffer<long>(exclude.Length, exclude);
        output.Candidates = new VBuffer<long>(candidates.Length, candidates);
    }

    internal sealed class Input
    {
        public string Id { get; set; } = "";

        public string[] Roles { get; set; } = [];

        public string[] Texts { get; set; } = [];

        public bool SeenKnown { get; set; }

        public string[] SeenTitles { get; set; } = [];

        public int[] SeenYears { get; set; } = [];

        public string[] CandidateTitles { get; set; } = [];

        public int[] CandidateYears { get; set; } = [];

        [ColumnName(ScoringColumns.Assets)]
        public ReadOnlyMemory<char> Assets { get; set; }

        public Dialogue ToDialogue() => new DialogueRow
        {
            Id = Id,
            Roles = Roles,
            Texts = Texts,
            SeenKnown = SeenKnown,
            SeenTitles = SeenTitles,
            SeenYears = SeenYears,
            CandidateTitles = CandidateTitles,
            CandidateYears = CandidateYears,
        }.ToDialogue();
    }

    internal sealed class Output
    {
        [ColumnName(RecommenderGraph.InputIds)]
        public VBuffer<long> InputIds { get; set; }

        [ColumnName(RecommenderGraph.AttentionMask)]
        public VBuffer<long> AttentionMask { get; set; }

        [ColumnName(RecommenderGraph.Exclude)]
        public VBuffer<long> Exclude { get; set; }

        [ColumnName(RecommenderGraph.Candidates)]
        public VBuffer<long> Candidates { get; set; }
    }
}
