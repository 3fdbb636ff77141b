using System.Globalization;
using System.Runtime.InteropServices;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training;

/// <summary>How many tokens pass the network at a time in an update, chosen by the memory that is free.</summary>
/// <param name="Tokens">The tokens, prompts and padding included.</param>
/// <param name="Why">What the choice went by.</param>
internal sealed record MicroBatch(int Tokens, string Why)
{
    // Fewer than the first keep no processor busy; more than the last win nothing.
    public const int Least = 512, Most = 131_072;

    // Of what is free on the host: an estimate of what a token takes misses what lists share, and others want memory too.
    private const double HostShare = 0.5;

    // A trial holds so much more than it promises, since real micro-batches have heads and losses.
    private const double TrialShare = 1.25;

    /// <summary>What is told of it.</summary>
    public string Told(string stage) => string.Create(CultureInfo.InvariantCulture, $"{stage}: micro-batches of {Tokens} tokens, since {Why}.");

    /// <summary>Chooses for a network that is about to be trained; all other networks that the training holds are there already.</summary>
    /// <param name="network">The network; its gradients are anything afterwards.</param>
    /// <param name="longest">The tokens of the longest sequence.</param>
    public static MicroBatch Choose(Transformer network, int longest)
    {
        if (network.Device.type != DeviceType.CPU)
            return ByTrial(tokens => Try(network, tokens, Math.Max(1, longest)));
        var memory = Memory();
        var trained = network.Trained.Sum(entry => entry.Parameter.numel());
        var state = 3L * sizeof(float) * trained; // the gradient and both moments, which the first step touches
        return ByEstimate(memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes - state, BytesPerToken(network.Config, network.Precision, network.IsRecomputed));
    }

    /// <summary>Chooses by what a token takes.</summary>
    /// <param name="free">Bytes that are free for activations; below 0: none.</param>
    /// <param name="bytesPerToken">What a token takes until the way back.</param>
    public static MicroBatch ByEstimate(long free, long bytesPerToken) => new(
        LargestPower(Math.Max(0, free) * HostShare / bytesPerToken),
        string.Create(CultureInfo.InvariantCulture, $"a token takes about {bytesPerToken / 1e6:0.###} MB and {Math.Max(0, free) / 1e9:0.##} GB are free"));

    /// <summary>Chooses by trying ever less until it fits.</summary>
    /// <param name="attempt">Goes forward and back over so many tokens.</param>
    /// <exception cref="ExternalException">Not even the least fits.</exception>
    public static MicroBatch ByTrial(Action<int> attempt)
    {
        for (var tokens = Most; ; tokens /= 2)
        {
            try
            {
                attempt((int)(tokens * TrialShare));
                return new MicroBatch(tokens, tokens == Most ? "more win nothing" : string.Create(CultureInfo.InvariantCulture, $"{2 * tokens} didn't fit the card"));
            }
            catch (ExternalException fault) when (tokens > Least && fault.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase))
            {
                // Half as many, then.
            }
        }
    }

    /// <summary>What a token's activations take until the way back, in bytes: an estimate by the tensors that autograd keeps.</summary>
    /// <remarks>A policy of 6 layers, 192 wide, 8,192 tokens at a time took 0.66 to 0.85 of it (full or mixed, recomputed or not).</remarks>
    public static long BytesPerToken(PolicyConfig config, Precision precision, bool isRecomputed)
    {
        long h = config.HiddenSize, a = config.HeadCount * config.HeadSize, k = config.KeyValueHeadCount * config.HeadSize, i = config.IntermediateSize;
        var block = (6 * h) + (7 * a) + (4 * k) + (4 * i);  // two norms and sums; queries, keys, values plain, turned and repeated; gate, silu, up, product
        var floats = isRecomputed ? (config.LayerCount * h) + (4 * block) : (config.LayerCount * block) + block; // gradients of one block beside them, and what runs it again
        return sizeof(float) * floats * (precision == Precision.Full ? 4 : 5) / 4; // short factors stand beside their float32 originals
    }

    private static int LargestPower(double tokens)
    {
        var power = Least;
        while (power < Most && 2 * power <= tokens)
            power *= 2;
        return power;
    }

    // What a collection saw last; the first one may not have been yet.
    private static GCMemoryInfo Memory()
    {
        GC.Collect(0);
        return GC.GetGCMemoryInfo();
    }

    private static void Try(Transformer network, int tokens, int longest)
    {
        using var scope = NewDisposeScope();
        var batch = TokenBatch.PadRight([.. Enumerable.Repeat(new int[longest], (tokens + longest - 1) / longest)], network.Device);
        network.Hidden(batch.Ids, batch.Positions, CausalContext.Instance).sum().backward();
        if (network.Device.type == DeviceType.CUDA)
            cuda.synchronize(); // what doesn't fit is told by now
    }
}
