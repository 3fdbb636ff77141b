namespace MLNet.ConvRec.Training.Checkpoints;

/// <summary>Every operation by which checkpoints change a disk, so that a test can end the process or cut the power at each of them.</summary>
internal interface ICheckpointFiles
{
    /// <summary>Makes a folder and those above it; one that exists is left.</summary>
    void CreateFolder(string folder);

    /// <summary>Makes a new file.</summary>
    Stream Create(string path);

    /// <summary>Returns when what was written to a file of <see cref="Create"/> is on the disk itself.</summary>
    void Flush(Stream file);

    /// <summary>Returns when the names in a folder are on the disk itself.</summary>
    void FlushNames(string folder);

    /// <summary>Gives a folder another name, at once or not at all.</summary>
    void Rename(string folder, string newFolder);

    /// <summary>Deletes a file.</summary>
    void DeleteFile(string path);

    /// <summary>Deletes an empty folder.</summary>
    void DeleteFolder(string folder);
}
