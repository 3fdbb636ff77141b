namespace QuickStart;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    /// <summary>A folder with <c>catalogs/</c> and <c>dialogues/</c>; none by default: the world that the sample carries.</summary>
    public string? Data { get; init; }

    /// <summary>The dataset in <see cref="Data"/>, for example <c>redial</c>.</summary>
    public string? Dataset { get; init; }

    /// <summary>How many minutes the run may take; none by default: as long as the defaults of training need.</summary>
    public double? BudgetMinutes { get; init; }

    /// <summary>The seed of the world and of training. The default is 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The GPU to train on; none by default: the CPU.</summary>
    public int? Gpu { get; init; }

    /// <summary>The folder to write. The default is <c>artifacts/quickstart</c>.</summary>
    public string Output { get; init; } = Path.Combine("artifacts", "quickstart");

    /// <summary>Throws unless the options agree with each other.</summary>
    /// <exception cref="ArgumentException">They don't; the sentence says what to write instead.</exception>
    public void Validate()
    {
        if (Data is null && Dataset is not null)
        {
            throw new ArgumentException(
                $"--dataset {Dataset} needs --data FOLDER, the folder that holds catalogs/{Dataset}.jsonl and dialogues/{Dataset}/.");
        }

        if (Data is not null && Dataset is null)
            throw new ArgumentException($"--data {Data} needs --dataset NAME{Known(Data)}.");
        if (BudgetMinutes is { } minutes && minutes is not (> 0 and <= 10_080))
            throw new ArgumentException($"--budget must be a number of minutes above 0 and at most 10080 (a week), not {minutes}.");
        if (Seed < 0)
            throw new ArgumentException($"--seed must be 0 or more, not {Seed}.");
        if (Gpu < 0)
            throw new ArgumentException($"--gpu must be the number of a GPU, 0 or more, not {Gpu}.");
        if (string.IsNullOrWhiteSpace(Output))
            throw new ArgumentException("--output must name a folder, for example --output artifacts/quickstart.");
        if (File.Exists(Output))
            throw new ArgumentException($"--output {Output} is a file; name a folder.");
    }

    private static string Known(string folder)
    {
        var dialogues = Path.Combine(folder, "dialogues");
        if (!Directory.Exists(dialogues))
            return $"; but there is no folder {dialogues}";
        string[] names = [.. Directory.GetDirectories(dialogues).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        return names.Length > 0 ? $"; there are {string.Join(", ", names)}" : $"; but {dialogues} holds no dataset";
    }
}
