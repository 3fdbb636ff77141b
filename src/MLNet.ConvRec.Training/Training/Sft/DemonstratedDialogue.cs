using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Training.Sft;

/// <summary>A dialogue with its demonstration's lines; none where it is not imitated.</summary>
internal sealed record DemonstratedDialogue(Dialogue Dialogue, IReadOnlyList<string> Lines)
{
    /// <summary>Reads rows one by one. Without a <see cref="ConvRecColumns.Demonstration"/> column no dialogue is demonstrated.</summary>
    public static IEnumerable<DemonstratedDialogue> Read(IDataView data)
    {
        if (data.Schema.GetColumnOrNull(ConvRecColumns.Demonstration) is not { } column)
            return data.ReadDialogues().Select(dialogue => new DemonstratedDialogue(dialogue, []));
        return data.ReadDialogues().Zip(data.GetColumn<string[]>(column), (dialogue, lines) => new DemonstratedDialogue(dialogue, lines));
    }
}
