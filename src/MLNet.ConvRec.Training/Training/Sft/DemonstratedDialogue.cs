using Microsoft.ML;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Training.Sft;

/// <summary>A dialogue with its demonstration's lines; none where it is not imitated.</summary>
internal sealed record DemonstratedDialogue(Dialogue Dialogue, IReadOnlyList<string> Lines)
{
    /// <summary>The final score of each line; empty where they were not asked for.</summary>
    public IReadOnlyList<float> Scores { get; init; } = [];

    /// <summary>Reads rows one by one. Without a <see cref="ConvRecColumns.Demonstration"/> column no dialogue is demonstrated.</summary>
    public static IEnumerable<DemonstratedDialogue> Read(IDataView data) => data.Schema.GetColumnOrNull(ConvRecColumns.Demonstration) is null
        ? data.ReadDialogues().Select(dialogue => new DemonstratedDialogue(dialogue, []))
        : data.ReadDialogues().Zip(Rows<LinesRow>(data), (dialogue, row) => new DemonstratedDialogue(dialogue, row.Demonstration));

    /// <summary>Reads rows one by one, the lines' scores too.</summary>
    /// <exception cref="InvalidDataException">There is no <see cref="ConvRecColumns.DemonstrationScores"/> column, or a row has not one score a line.</exception>
    public static IEnumerable<DemonstratedDialogue> ReadScored(IDataView data)
    {
        foreach (var column in (ReadOnlySpan<string>)[ConvRecColumns.Demonstration, ConvRecColumns.DemonstrationScores])
        {
            if (data.Schema.GetColumnOrNull(column) is null)
                throw new InvalidDataException($"There is no column {column}, whose scores SftOptions.Imitation imitates; put BuildDemonstrations before Sft, or set it to List.");
        }

        return data.ReadDialogues().Zip(Rows<ScoredRow>(data), (dialogue, row) => row.Demonstration.Length == row.DemonstrationScores.Length
            ? new DemonstratedDialogue(dialogue, row.Demonstration) { Scores = row.DemonstrationScores }
            : throw new InvalidDataException(
                $"dialogue {dialogue.Id}: column {ConvRecColumns.Demonstration} has {row.Demonstration.Length} values and {ConvRecColumns.DemonstrationScores} "
                + $"{row.DemonstrationScores.Length}; give both as many."));
    }

    // Lines and scores are read together: a row that is read twice asks its teacher twice.
    private static IEnumerable<TRow> Rows<TRow>(IDataView data)
        where TRow : class, new() => new MLContext().Data.CreateEnumerable<TRow>(data, reuseRowObject: false);

    private class LinesRow
    {
        public string[] Demonstration { get; set; } = [];
    }

    private sealed class ScoredRow : LinesRow
    {
        public float[] DemonstrationScores { get; set; } = [];
    }
}
