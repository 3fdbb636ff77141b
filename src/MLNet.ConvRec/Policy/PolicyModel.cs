using MLNet.ConvRec.Policy.Checkpoints;

namespace MLNet.ConvRec.Policy;

/// <summary>A policy: a small language model that writes ranked lists, with its tokenizer and the words of its prompt.</summary>
/// <remarks>
/// Immutable. Stored as a Hugging Face folder. The weights of a loaded policy stay in their file, which stays open until the policy is collected: the
/// file may be replaced or deleted meanwhile, as <see cref="Save"/> to the same folder does, but must not be changed in place.
/// </remarks>
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
    /// <param name="folder">
    /// The folder: <c>config.json</c> (Qwen2, Llama or Qwen3), <c>tokenizer.json</c>, <c>model.safetensors</c> or <c>model.safetensors.index.json</c>
    /// with its files; <c>convrec.json</c> if it has one, otherwise <see cref="PromptOptions"/>' defaults are its prompt.
    /// </param>
    /// <exception cref="FileNotFoundException">A file is missing; the sentence names it.</exception>
    /// <exception cref="InvalidDataException">A file can't be read; the sentence names it.</exception>
    public static PolicyModel Load(string folder) => Load(folder, new PromptOptions());

    /// <summary>Saves the policy as a Hugging Face folder; it appears whole or not at all.</summary>
    /// <param name="folder">The folder; an earlier policy in it is replaced.</param>
    public void Save(string folder) => PolicyFolder.Save(folder, Weights, Prompt.Tokenizer, Prompt.Options);

    /// <summary>Loads a policy, with a prompt for a folder that has none.</summary>
    internal static PolicyModel Load(string folder, PromptOptions otherwise)
    {
        var stored = PolicyFolder.Load(folder, otherwise);
        return new PolicyModel(stored.Weights, stored.Tokenizer, stored.Prompt);
    }

    internal PolicyModel With(PolicyWeights weights) => new(weights, Prompt.Tokenizer, Prompt.Options);
}
