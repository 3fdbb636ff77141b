namespace MLNet.ConvRec.Policy.Checkpoints;

/// <summary>The tensors of a checkpoint that its config asks for: each of them, in its shape, and nothing else.</summary>
internal static class PolicyTensors
{
    private const string Embedding = "model.embed_tokens.weight";
    private const string Head = "lm_head.weight";

    /// <summary>Opens a checkpoint and checks it against its config.</summary>
    /// <param name="path">The file, or the index of the files.</param>
    /// <param name="config">The config.</param>
    /// <exception cref="InvalidDataException">
    /// A tensor is missing, left over, or of another shape; the sentence names file and tensor.
    /// </exception>
    public static Dictionary<string, NamedTensor> Read(string path, PolicyConfig config)
    {
        var left = SafetensorsCheckpoint.Read(path);
        var tensors = new Dictionary<string, NamedTensor>(left.Count, StringComparer.Ordinal);
        foreach (var (name, shape) in PolicyShapes.Of(config))
        {
            if (!left.Remove(name, out var tensor))
                throw new InvalidDataException($"{path}: tensor {name}, which config.json asks for, is missing{Reason(name)}.");
            if (!tensor.Shape.AsSpan().SequenceEqual(shape))
            {
                throw new InvalidDataException(
                    $"{path}: tensor {name} has the shape [{string.Join(", ", tensor.Shape)}], but "
                    + $"config.json asks for [{string.Join(", ", shape)}].");
            }

            tensors.Add(name, tensor);
        }

        foreach (var (name, tensor) in left)
        {
            if (name == Head)
                CheckTiedHead(path, tensor, tensors[Embedding]);
            else if (!IsBuffer(name))
                throw new InvalidDataException($"{path}: tensor {SafetensorsFault.Shown(name)} has no place in the network of config.json.");
        }

        return tensors;
    }

    private static string Reason(string name) => name == Head ? " (tie_word_embeddings is false or not set, which means false)" : "";

    // Computed from the config; older checkpoints stored it all the same.
    private static bool IsBuffer(string name) => name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal);

    // Transformers 4 lets the embedding win over a stored head, Transformers 5 unties two that differ: the two agree only on equal ones.
    private static void CheckTiedHead(string path, NamedTensor head, NamedTensor embedding)
    {
        if (!head.Shape.AsSpan().SequenceEqual(embedding.Shape) || head.Type != embedding.Type || !AreEqual(head, embedding))
        {
            throw new InvalidDataException(
                $"{path}: {Head} differs from {Embedding}, but tie_word_embeddings says that they are one; "
                + "set it to false in config.json to use both.");
        }
    }

    private static bool AreEqual(NamedTensor a, NamedTensor b)
    {
        var (size, step) = (a.Type.Size, 1 << 18);
        var (left, right) = (new byte[step * size], new byte[step * size]);
        for (var start = 0L; start < a.Count; start += step)
        {
            var length = (int)Math.Min(step, a.Count - start) * size;
            a.ReadBytes(start, left.AsSpan(0, length));
            b.ReadBytes(start, right.AsSpan(0, length));
            if (!left.AsSpan(0, length).SequenceEqual(right.AsSpan(0, length)))
                return false;
        }

        return true;
    }
}
