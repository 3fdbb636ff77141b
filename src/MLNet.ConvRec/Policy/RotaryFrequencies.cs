namespace MLNet.ConvRec.Policy;

/// <summary>How fast each plane of a head turns with the position: the rotary embedding's frequencies, scaled as Llama 3.1 does where the config asks for it.</summary>
internal static class RotaryFrequencies
{
    /// <summary>Returns the radians a position of each plane; as many as half a head is wide.</summary>
    /// <param name="config">The shape of the network.</param>
    public static float[] Of(PolicyConfig config) =>
        [.. Enumerable.Range(0, config.HeadSize / 2).Select(plane => (float)Scaled(Math.Pow(config.RopeTheta, -2.0 * plane / config.HeadSize), config.RopeScaling))];

    // The turns that a plane makes over the original context tell whether it is slow (stretched), fast (kept), or between (blended).
    private static double Scaled(double frequency, RopeScaling? scaling)
    {
        if (scaling is null)
            return frequency;
        var turns = scaling.OriginalMaxPositions * frequency / (2 * Math.PI);
        var kept = Math.Clamp((turns - scaling.LowFrequencyFactor) / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor), 0, 1);
        return (kept * frequency) + ((1 - kept) * frequency / scaling.Factor);
    }
}
