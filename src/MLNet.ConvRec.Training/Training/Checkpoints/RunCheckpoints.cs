using System.Globalization;
using MLNet.ConvRec.Training.Sft;

namespace MLNet.ConvRec.Training.Checkpoints;

/// <summary>The checkpoints of one stage of one run.</summary>
/// <param name="options">Where and how often.</param>
/// <param name="identity">What the run is.</param>
/// <param name="files">The disk.</param>
/// <param name="warn">Told what the user should know.</param>
internal sealed class RunCheckpoints(CheckpointOptions options, RunIdentity identity, ICheckpointFiles files, Action<string> warn)
{
    private readonly CheckpointFolder _folder = new(Path.GetFullPath(options.Folder), files, warn);
    private RunIdentity _identity = identity;
    private int _saved, _savedUpdates;

    /// <summary>The tokens of a micro-batch of an earlier process of the run; <see langword="null"/> where there is no checkpoint.</summary>
    /// <param name="usual">Those that checkpoints needn't name.</param>
    public int? MicroBatchTokens(int usual) => _folder.NewestIdentity() is { } earlier
        ? int.Parse(earlier.GetValueOrDefault(RunIdentity.MicroBatch, OptionNumber(usual)), CultureInfo.InvariantCulture)
        : null;

    /// <summary>Makes the tokens of a micro-batch part of what the run is, unless they are the usual: earlier versions knew no others.</summary>
    public void KeepMicroBatchTokens(int tokens, int usual)
    {
        if (tokens != usual)
            _identity = new RunIdentity(new SortedDictionary<string, string>(_identity.Parts.ToDictionary(), StringComparer.Ordinal) { [RunIdentity.MicroBatch] = OptionNumber(tokens) });
    }

    /// <summary>Fills the run from the newest whole checkpoint.</summary>
    /// <returns>Where the loop stood; <see langword="null"/> where there is no checkpoint.</returns>
    /// <exception cref="InvalidDataException">The checkpoint is of another run; the sentence says what differs.</exception>
    public LoopState? Resume(LiveRun run)
    {
        if (_folder.Newest() is not var (folder, manifest))
            return null;
        CheckIdentity(folder, manifest);
        var best = run.Fill(folder, manifest);
        (_saved, _savedUpdates) = (manifest.Step, manifest.OptimizerSteps);
        _folder.Keep(options.Keep); // the process may have ended before it came to that
        return new LoopState(manifest.Step, TimeSpan.FromTicks(manifest.ElapsedTicks)) { IsLookPending = manifest.IsLookPending, Best = best };
    }

    /// <summary>Writes a checkpoint if the step is one of those that have one.</summary>
    public void SaveIfDue(LiveRun run, LoopState state)
    {
        if (state.Step % options.Interval == 0)
            Save(run, state);
    }

    /// <summary>Writes a checkpoint, unless the step has one.</summary>
    public void Save(LiveRun run, LoopState state)
    {
        if (state.Step == _saved)
            return;
        _folder.Write(state.Step, writer =>
        {
            run.Write(writer, state.Best);
            return new CheckpointManifest
            {
                Step = state.Step,
                ElapsedTicks = state.Elapsed.Ticks,
                OptimizerSteps = run.Optimization.StepsDone,
                IsLookPending = state.IsLookPending,
                Best = state.Best is { } best ? new BestValues(best.Value, best.Start, best.Misses) : null,
                Identity = _identity.Parts,
                Files = writer.Written,
            };
        });
        (_saved, _savedUpdates) = (state.Step, run.Optimization.StepsDone);
        _folder.Keep(options.Keep);
    }

    /// <summary>Sets the newest checkpoint aside if it holds the very weights of a run that failed, so that a resumed one would fail again.</summary>
    /// <returns>The folder of the newest checkpoint that is left; <see langword="null"/> where there is none.</returns>
    public string? SetAsideFailed(LiveRun run)
    {
        if (_saved > 0 && _savedUpdates == run.Optimization.StepsDone)
            _folder.SetAsideFailed(_saved);
        return _folder.NewestComplete;
    }

    private static string OptionNumber(int value) => value.ToString(CultureInfo.InvariantCulture);

    private void CheckIdentity(string folder, CheckpointManifest manifest)
    {
        if (_identity.Differences(manifest.Identity) is not { Count: > 0 } differences)
            return;
        var what = $"{folder}: the checkpoint is of another run: {string.Join("; ", differences)}";

        // Another stage's checkpoint goes on with nothing, and one of other adapters holds other tensors.
        var isForeign = _identity.Parts.Keys.Where(name => name == RunIdentity.Stage || name.EndsWith($".{nameof(SftOptions.Lora)}", StringComparison.Ordinal))
            .Any(name => manifest.Identity.GetValueOrDefault(name) != _identity.Parts[name]);
        if (isForeign || !options.IsOtherRunAllowed)
        {
            throw new InvalidDataException(
                $"{what}. Train in another folder{(isForeign ? "" : $", or set {nameof(CheckpointOptions)}.{nameof(options.IsOtherRunAllowed)} to go on all the same")}.");
        }

        warn($"{what}. It is gone on from all the same, as {nameof(options.IsOtherRunAllowed)} says.");
    }
}
