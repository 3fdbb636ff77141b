using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>Runs the policy over many lists at once: each prompt once, then all its lists with a KV cache.</summary>
/// <remarks>
/// Lists are ragged: a pass feeds each one up to <see cref="FedPerPass"/> of its chosen tokens, so that runs of forced tokens cost few passes.
/// What a list becomes does not depend on who shares its batch, beyond the rounding of the matrix products.
/// </remarks>
internal static class ListGenerator
{
    private const int FedPerPass = 3;

    /// <summary>Writes the lists.</summary>
    /// <param name="network">The policy; not changed.</param>
    /// <param name="prompts">Token ids of the prompts.</param>
    /// <param name="writers">The lists' writers: those of prompt p are p·G .. p·G + G − 1.</param>
    /// <param name="maxTokens">The most tokens of a list.</param>
    /// <param name="cancellation">Stops between passes.</param>
    /// <returns>The finished lists, in the writers' order.</returns>
    public static SampledList[] Generate(Transformer network, IReadOnlyList<int[]> prompts, IReadOnlyList<IListWriter> writers, int maxTokens, CancellationToken cancellation)
    {
        using var inference = no_grad();
        using var scope = NewDisposeScope();
        var group = writers.Count / prompts.Count;
        var batch = TokenBatch.PadRight(prompts, network.Device);
        var recorder = new PrefixRecorder(network.Config.LayerCount, scope);
        var hidden = network.Hidden(batch.Ids, batch.Positions, recorder);           // [prompts, P, H]
        var lengths = writers.Select((_, list) => (long)prompts[list / group].Length).ToArray();
        var promptOf = tensor(Enumerable.Range(0, writers.Count).Select(list => (long)(list / group)).ToArray(), device: network.Device);
        using var cache = new KeyValueCache(network.Config, writers.Count, batch.Width + maxTokens + FedPerPass, network.Device);
        cache.Fill(recorder.Recorded, promptOf);

        ChooseFirst(network, batch.Last(hidden), writers, group);
        var fed = new int[writers.Count];
        while (writers.Any(writer => !writer.IsFinished))
        {
            cancellation.ThrowIfCancellationRequested();
            Pass(network, cache, writers, fed, lengths);
        }

        return [.. writers.Select(writer => writer.ToList())];
    }

    private static void ChooseFirst(Transformer network, Tensor last, IReadOnlyList<IListWriter> writers, int group)
    {
        using var scope = NewDisposeScope();
        var logits = network.Logits(last).to(CPU).contiguous(); // [prompts, V]
        for (var list = 0; list < writers.Count; list++)
        {
            if (!writers[list].IsFinished)
                writers[list].Choose(Row(logits, list / group));
        }
    }

    // Feeds each unfinished list its next chosen tokens, and asks those that have none left for more.
    private static void Pass(Transformer network, KeyValueCache cache, IReadOnlyList<IListWriter> writers, int[] fed, long[] lengths)
    {
        using var scope = NewDisposeScope();
        var width = 1;
        for (var list = 0; list < writers.Count; list++)
        {
            if (!writers[list].IsFinished)
                width = Math.Max(width, Math.Min(FedPerPass, writers[list].Tokens.Count - fed[list]));
        }

        var ids = new long[writers.Count * width];
        var slots = new long[writers.Count * width];
        var asked = new List<(int List, long Row)>();
        var visible = 0L;
        for (var list = 0; list < writers.Count; list++)
        {
            var count = writers[list].IsFinished ? 0 : Math.Min(width, writers[list].Tokens.Count - fed[list]);
            for (var t = 0; t < width; t++)
            {
                ids[list * width + t] = t < count ? writers[list].Tokens[fed[list] + t] : 0;
                slots[list * width + t] = lengths[list] + t;
            }

            fed[list] += count;
            lengths[list] += count;
            visible = Math.Max(visible, lengths[list] - count + width);
            if (count > 0 && fed[list] == writers[list].Tokens.Count)
                asked.Add((list, (long)list * width + count - 1));
        }

        var device = network.Device;
        var slotIds = tensor(slots, writers.Count, width, device: device);                                               // [B, T]
        var mask = HeldScalars.Range(visible, device).view(1, 1, 1, visible).le(slotIds.view(writers.Count, 1, width, 1));  // [B, 1, T, S]
        cache.Prepare(slotIds, visible, mask);
        var hidden = network.Hidden(tensor(ids, writers.Count, width, device: device), slotIds, cache);                  // [B, T, H]
        if (asked.Count == 0)
            return;
        var rows = hidden.view(writers.Count * width, -1).index_select(0, tensor(asked.Select(row => row.Row).ToArray(), device: device));
        var logits = network.Logits(rows).to(CPU).contiguous();                                                          // [asked, V]
        for (var row = 0; row < asked.Count; row++)
            writers[asked[row].List].Choose(Row(logits, row));
    }

    private static ReadOnlySpan<float> Row(Tensor logits, int row)
    {
        var width = (int)logits.shape[1];
        return MemoryMarshal.Cast<byte, float>(logits.bytes).Slice(row * width, width);
    }
}
