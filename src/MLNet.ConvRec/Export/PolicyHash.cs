using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Export;

/// <summary>Tells policies apart: SHA-256 of shape, weights (as float32, whatever file they come from), tokenizer and prompt.</summary>
internal static class PolicyHash
{
    private const int ElementsAtOnce = 1 << 20;

    /// <summary>Returns the hash of a policy in hexadecimal digits.</summary>
    public static string Of(PolicyModel policy)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Text(JsonSerializer.Serialize(policy.Config));
        Text(JsonSerializer.Serialize(policy.Prompt.Options));
        Text(policy.Prompt.Tokenizer.Json.Trim()); // a model.zip keeps it without the line break at its end
        var values = new float[ElementsAtOnce];
        foreach (var (name, tensor) in policy.Weights.Tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal))
        {
            Text(name);
            for (var start = 0L; start < tensor.Count; start += ElementsAtOnce)
            {
                var part = values.AsSpan(0, (int)Math.Min(ElementsAtOnce, tensor.Count - start));
                tensor.Read(start, part);
                hash.AppendData(MemoryMarshal.AsBytes(part));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Text(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\0"));
    }
}
