namespace MLNet.ConvRec.Export;

/// <summary>The names of one block's cached keys and values.</summary>
/// <param name="Key">Keys after rotation, [B, kv heads, length, head size].</param>
/// <param name="Value">Values, of the same shape.</param>
internal readonly record struct KeyValue(string Key, string Value);
