namespace MLNet.ConvRec.Policy.Checkpoints;

/// <summary>
/// The rotary embedding of a config: <c>rope_theta</c> beside <c>rope_scaling</c>, or both in <c>rope_parameters</c> (Transformers 5).
/// </summary>
internal static class RopeOptions
{
    // The three architectures' own when a config doesn't say.
    private const double DefaultTheta = 10_000;

    private static readonly string[] Plain = ["rope_type", "type", "rope_theta", "partial_rotary_factor"];

    private static readonly string[] Llama3 = [.. Plain, "factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings"];

    /// <summary>Reads base and scaling.</summary>
    /// <exception cref="InvalidDataException">The frequencies would be others than ours; the sentence names the option.</exception>
    public static (double Theta, RopeScaling? Scaling) Read(ConfigOptions config)
    {
        config.Require(
            !config.IsSet("rope_parameters") || !config.IsSet("rope_scaling"),
            "rope_parameters and rope_scaling are both set; keep the one that the checkpoint was made with");
        CheckPart(config);
        var outer = config.Number("rope_theta");
        var owner = config.IsSet("rope_parameters") ? "rope_parameters" : "rope_scaling";
        if (config.Object(owner) is not { } rope)
            return (Positive(outer ?? DefaultTheta), null);
        CheckPart(rope);
        var inner = rope.Number("rope_theta");
        config.Require(inner is null || outer is null || inner == outer, $"rope_theta is {outer}, but {owner}.rope_theta is {inner}");
        return (Positive(inner ?? outer ?? DefaultTheta), ReadScaling(rope, owner));

        double Positive(double theta) => theta > 0 ? theta : throw config.Fault($"rope_theta is {theta}; it must be positive");
    }

    private static RopeScaling? ReadScaling(ConfigOptions rope, string owner)
    {
        var (type, legacy) = (rope.Text("rope_type"), rope.Text("type"));
        rope.Require(type is null || legacy is null || type == legacy, $"{owner} is of rope_type {type} and of type {legacy}");
        var kind = type ?? legacy ?? "default";
        rope.Require(kind is "default" or "llama3", $"{owner} is of type {kind}; default and llama3 are supported");
        if (rope.Names.FirstOrDefault(name => !(kind == "default" ? Plain : Llama3).Contains(name)) is { } unknown)
            throw rope.Fault($"{owner}.{unknown} is set, which is not supported for the type {kind}");
        if (kind == "default")
            return null;
        var scaling = new RopeScaling
        {
            Factor = rope.RequiredNumber("factor"),
            LowFrequencyFactor = rope.RequiredNumber("low_freq_factor"),
            HighFrequencyFactor = rope.RequiredNumber("high_freq_factor"),
            OriginalMaxPositions = rope.RequiredInteger("original_max_position_embeddings"),
        };
        rope.Require(
            scaling is { Factor: >= 1, OriginalMaxPositions: > 0 },
            $"{owner}.factor is below 1, or original_max_position_embeddings not positive");
        rope.Require(
            scaling.LowFrequencyFactor > 0 && scaling.HighFrequencyFactor > scaling.LowFrequencyFactor,
            $"{owner}.high_freq_factor is not greater than low_freq_factor, or that not positive");
        return scaling;
    }

    private static void CheckPart(ConfigOptions options)
    {
        var part = options.Number("partial_rotary_factor") ?? 1;
        options.Require(part == 1, $"partial_rotary_factor is {part}; only heads that are rotated whole are supported");
    }
}
