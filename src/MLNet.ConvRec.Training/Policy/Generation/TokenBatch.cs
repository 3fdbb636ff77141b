using MLNet.ConvRec.Policy.Runtime;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Policy.Generation;

/// <summary>Sequences of token ids, padded on the right to one width.</summary>
/// <param name="Ids">Token ids, long [B, T]; 0 where padded.</param>
/// <param name="Positions">0..T − 1 in each row, long [B, T].</param>
/// <param name="Lengths">The sequences' own lengths, long [B].</param>
internal sealed record TokenBatch(Tensor Ids, Tensor Positions, Tensor Lengths)
{
    /// <summary>T.</summary>
    public long Width => Ids.shape[1];

    public static TokenBatch PadRight(IReadOnlyList<int[]> sequences, Device device)
    {
        var width = Math.Max(1, sequences.Max(sequence => sequence.Length));
        var ids = new long[sequences.Count * width];
        for (var row = 0; row < sequences.Count; row++)
        {
            for (var t = 0; t < sequences[row].Length; t++)
                ids[row * width + t] = sequences[row][t];
        }

        return new TokenBatch(
            tensor(ids, sequences.Count, width, device: device),
            HeldScalars.Range(width, device).unsqueeze(0).expand(sequences.Count, width).contiguous(),
            tensor(sequences.Select(sequence => (long)sequence.Length).ToArray(), device: device));
    }

    /// <summary>Takes the hidden state of each sequence's last token: [B, T, H] -> [B, H].</summary>
    public Tensor Last(Tensor hidden)
    {
        var index = Lengths.sub(HeldScalars.Of(1)).view(-1, 1, 1).expand(-1, 1, hidden.shape[2]); // [B, 1, H]
        return hidden.gather(1, index).squeeze(1);
    }
}
