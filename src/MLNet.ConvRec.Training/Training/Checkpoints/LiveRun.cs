using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Checkpoints;
using MLNet.ConvRec.Policy.Runtime;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Checkpoints;

/// <summary>What steps change: it is written into checkpoints, and filled from them.</summary>
/// <param name="Network">The policy as it stands; of one with adapters these alone are written.</param>
/// <param name="Optimization">The moments.</param>
/// <param name="Generator">The random numbers that are drawn one after another; <see langword="null"/> where all are drawn by counters.</param>
internal sealed record LiveRun(Transformer Network, Optimization Optimization, Generator? Generator)
{
    /// <summary>Writes all of it, with the best weights.</summary>
    public void Write(CheckpointWriter writer, BestState? best)
    {
        var weights = Network.Trained.ToDictionary(entry => entry.Name, entry => (NamedTensor)new LiveTensor(entry.Parameter));
        writer.Write(CheckpointNames.Weights, stream => SafetensorsWriter.Write(stream, weights, null));
        writer.Write(CheckpointNames.Optimizer, stream => SafetensorsWriter.Write(stream, Moments(), null));
        if (Generator is not null)
            writer.Write(CheckpointNames.Random, WriteRandom);
        if (best is not null)
            writer.Write(CheckpointNames.Best, stream => SafetensorsWriter.Write(stream, best.Weights.Tensors, weights.Values.First().Type));
    }

    /// <summary>Fills all of it from a checkpoint that was checked.</summary>
    /// <returns>The best weights, where the checkpoint has them.</returns>
    public BestState? Fill(string folder, CheckpointManifest manifest)
    {
        WeightTransfer.Load(Network.Trained, new PolicyWeights(Network.Config, SafetensorsFile.Read(Path.Combine(folder, CheckpointNames.Weights))));
        Optimization.StepsDone = manifest.OptimizerSteps;
        var moments = SafetensorsFile.Read(Path.Combine(folder, CheckpointNames.Optimizer));
        foreach (var (name, moment) in Optimization.Moments)
            LiveTensor.Fill(moment, moments[name]);
        if (Generator is not null)
            ReadRandom(Path.Combine(folder, CheckpointNames.Random));
        return manifest.Best is { } best ? new BestState(Held(SafetensorsFile.Read(Path.Combine(folder, CheckpointNames.Best))), best.Value, best.Start) { Misses = best.Misses } : null;
    }

    private Dictionary<string, NamedTensor> Moments() => Optimization.Moments.ToDictionary(entry => entry.Name, entry => (NamedTensor)new LiveTensor(entry.Moment));

    private void WriteRandom(Stream stream)
    {
        using var scope = NewDisposeScope();
        var state = Generator!.get_state(); // byte [n]
        var bytes = new byte[state.numel()];
        HostTransfer.Read(state, bytes, HostPlace.Checkpoint);
        stream.Write(bytes);
    }

    private void ReadRandom(string path)
    {
        using var scope = NewDisposeScope();
        Generator!.set_state(tensor(File.ReadAllBytes(path), device: CPU)); // whatever the generator's device
    }

    // In memory, since the checkpoint is deleted when enough newer ones stand.
    private PolicyWeights Held(Dictionary<string, NamedTensor> stored) =>
        new(Network.Config, stored.ToDictionary(entry => entry.Key, entry => (NamedTensor)new ArrayTensor(entry.Value.Shape, entry.Value.ToArray())));
}
