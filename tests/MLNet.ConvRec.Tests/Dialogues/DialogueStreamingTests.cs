using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Tests.Dialogues;

[Collection<Alone>]
public sealed class DialogueStreamingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LargeFile_PassesThroughACursorInConstantMemory()
    {
        const int Count = 100_000;
        var text = new string('x', 300);
        DialogueFile.Write(_folder.PathOf("large.jsonl"), Enumerable.Range(0, Count).Select(i => Dialogue.FromUser(text, $"c-{i}")));
        var view = new MLContext(seed: 1).Data.LoadDialogues(_folder.PathOf("large.jsonl"));
        using var cursor = view.GetRowCursor([view.Schema[ConvRecColumns.Texts]]);
        var texts = cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(view.Schema[ConvRecColumns.Texts]);
        var turns = default(VBuffer<ReadOnlyMemory<char>>);
        long rows = 0, characters = 0, before = 0, mostGrowth = 0;

        while (cursor.MoveNext())
        {
            texts(ref turns);
            characters += turns.GetValues()[0].Length;
            if (++rows == 1000)
                before = GC.GetTotalMemory(forceFullCollection: true);
            else if (rows % 33_000 == 0)
                mostGrowth = Math.Max(mostGrowth, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        Assert.Equal(Count, rows);
        Assert.Equal(Count * 300L, characters);

        // The texts alone are 60 MB.
        Assert.True(mostGrowth < 6_000_000, $"The heap grew by {mostGrowth:N0} bytes.");
    }
}
