namespace MLNet.ConvRec.Policy;

/// <summary>A policy: a small language model that writes ranked lists, with its tokenizer and the words of its prompt.</summary>
/// <remarks>Immutable; holds no native memory. Stored as a Hugging Face folder.</remarks>
public sealed class PolicyModel
{
    internal PolicyModel(PolicyWeights weights, PolicyTokenizer tokenizer, PromptOptions prompt)
    {
        Weights = weights;
        Prompt = new ChatPrompt(tokenizer, prompt);
    }

    /// <summary>The shape of the network.</summary>
    public PolicyConfig Config => Weights.Config;

    /// <summary>How dialogues and lists are written as tokens.</summary>
    public ChatPrompt Prompt { get; }

    /// <summary>The number of weights; tied ones count once.</summary>
    public long WeightCount => Weights.Tensors.Values.Sum(tensor => tensor.Count);

    internal PolicyWeights Weights { get; }

    /// <summary>Loads a policy from a folder.</summary>
    /// <param name="folder">The folder: <c>config.json</c>, <c>tokenizer.json</c>, <c>model.safetensors</c>, <c>convrec.json</c>.</param>
    /// <exception cref="FileNotFoundException">A file is missing; the sentence names it.</exception>
    /// <exception cref="InvalidDataException">A file can't be read; the sentence names it.</exception>
    public static PolicyModel Load(string folder) => Load(folder, otherwise: null);

    /// <summary>Loads a policy, or a checkpoint, which brings no prompt.</summary>
    internal static PolicyModel Load(string folder, PromptOptions? otherwise)
    {
        var stored = PolicyFolder.Load(folder, otherwise);
        return new PolicyModel(stored.Weights, stored.Tokenizer, stored.Prompt);
    }

    /// <summary>Saves the policy as a Hugging Face folder; it appears whole or not at all.</summary>
    /// <param name="folder">The folder; an earlier policy in it is replaced.</param>
    public void Save(string folder) => PolicyFolder.Save(folder, Weights, Prompt.Tokenizer, Prompt.Options);

    internal PolicyModel With(PolicyWeights weights) => new(weights, Prompt.Tokenizer, Prompt.Options);
}
