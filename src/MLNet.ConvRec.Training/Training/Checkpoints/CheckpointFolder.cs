namespace MLNet.ConvRec.Training.Checkpoints;

/// <summary>A folder of checkpoints, each complete or absent.</summary>
internal sealed class CheckpointFolder(string folder, ICheckpointFiles files, Action<string> warn)
{
    /// <summary>Finds the newest checkpoint that is whole, and clears away what an ended process left.</summary>
    /// <remarks>A damaged one is named in a warning and set aside, so that its step can be written again; the one before it is tried.</remarks>
    public (string Folder, CheckpointManifest Manifest)? Newest()
    {
        if (!Directory.Exists(folder))
            return null;
        foreach (var leftover in Directory.GetDirectories(folder).Where(CheckpointNames.IsLeftover).Order(StringComparer.Ordinal))
            Delete(leftover);
        foreach (var checkpoint in Complete())
        {
            try
            {
                return (checkpoint, CheckpointReader.Read(checkpoint));
            }
            catch (InvalidDataException fault)
            {
                warn($"{fault.Message}; the checkpoint is damaged and was renamed to {Path.GetFileName(SetAside(checkpoint, CheckpointNames.Damaged))}, the one before it is used.");
            }
        }

        return null;
    }

    /// <summary>Returns what run the newest checkpoint is of whose manifest can be read; its other files are not looked at. <see langword="null"/> where there is none.</summary>
    public IReadOnlyDictionary<string, string>? NewestIdentity()
    {
        foreach (var checkpoint in Complete())
        {
            var path = Path.Combine(checkpoint, CheckpointNames.Manifest);
            try
            {
                return CheckpointManifest.Read(File.ReadAllBytes(path), path).Identity;
            }
            catch (Exception fault) when (fault is InvalidDataException or IOException)
            {
                // Damaged: it will be set aside, and the one before it used.
            }
        }

        return null;
    }

    /// <summary>Writes a checkpoint aside, and puts it in its place when all of it is on the disk.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="write">Writes the files and returns the manifest.</param>
    public void Write(int step, Func<CheckpointWriter, CheckpointManifest> write)
    {
        var target = CheckpointNames.OfStep(folder, step);
        var partial = target + CheckpointNames.Partial;
        files.CreateFolder(folder);
        Delete(partial);
        files.CreateFolder(partial);
        var writer = new CheckpointWriter(files, partial);
        writer.Complete(write(writer));
        files.Rename(partial, target);
        files.FlushNames(folder);
    }

    /// <summary>Deletes all complete checkpoints but the newest.</summary>
    public void Keep(int count)
    {
        foreach (var old in Complete().Skip(count).Reverse())
        {
            var removed = old + CheckpointNames.Removed;
            files.Rename(old, removed);
            Delete(removed);
        }
    }

    /// <summary>The folder of the newest complete checkpoint, whose bytes are not checked; <see langword="null"/> where there is none.</summary>
    public string? NewestComplete => Complete().FirstOrDefault();

    /// <summary>Renames a step's checkpoint, so that no run goes on from it.</summary>
    public void SetAsideFailed(int step) => SetAside(CheckpointNames.OfStep(folder, step), CheckpointNames.Failed);

    private string[] Complete() => !Directory.Exists(folder) ? [] :
        [.. Directory.GetDirectories(folder).Where(path => CheckpointNames.StepOf(path) is not null).OrderByDescending(path => CheckpointNames.StepOf(path))];

    private string SetAside(string checkpoint, string suffix)
    {
        var aside = checkpoint + suffix;
        Delete(aside);
        files.Rename(checkpoint, aside);
        return aside;
    }

    private void Delete(string checkpoint)
    {
        if (!Directory.Exists(checkpoint))
            return;
        foreach (var file in Directory.GetFiles(checkpoint).Order(StringComparer.Ordinal))
            files.DeleteFile(file);
        files.DeleteFolder(checkpoint);
    }
}
