namespace MLNet.ConvRec.Policy.Checkpoints;

/// <summary>Where a tensor stands in a safetensors file.</summary>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Begin">Offset of its first byte from the start of the data.</param>
/// <param name="End">Offset past its last byte.</param>
internal readonly record struct SafetensorsEntry(WeightType Type, long[] Shape, long Begin, long End);
