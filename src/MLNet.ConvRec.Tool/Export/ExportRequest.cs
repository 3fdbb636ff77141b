using MLNet.ConvRec.Export;

namespace MLNet.ConvRec.Tool.Export;

/// <summary>What <c>convrec export</c> is asked for.</summary>
internal sealed record ExportRequest
{
    /// <summary>The saved recommender; <see langword="null"/>: <see cref="Policy"/> is given.</summary>
    public string? Model { get; init; }

    /// <summary>The policy's folder; <see langword="null"/>: <see cref="Model"/> is given.</summary>
    public string? Policy { get; init; }

    /// <summary>The catalog; <see langword="null"/>: the one in the model.</summary>
    public string? Catalog { get; init; }

    /// <summary>The folder to write.</summary>
    public required string Output { get; init; }

    /// <summary>How it is exported.</summary>
    public required ExportOptions Options { get; init; }

    /// <summary>Throws unless the options agree with each other.</summary>
    /// <exception cref="ArgumentException">They don't; the sentence says what to write instead.</exception>
    public void Validate()
    {
        if ((Model is null) == (Policy is null))
            throw new ArgumentException("Give either --model with a model.zip or --policy with a policy's folder.");
        if (Policy is not null && Catalog is null)
            throw new ArgumentException("--policy needs --catalog: a policy's folder doesn't hold what may be recommended.");
        if (string.IsNullOrWhiteSpace(Output))
            throw new ArgumentException("--output must name a folder.");
        var output = Path.GetFullPath(Output);
        if (Policy is not null && output == Path.GetFullPath(Policy))
            throw new ArgumentException($"--output {Output} is also read by this run; name another folder.");
    }
}
