using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;

namespace MLNet.ConvRec.Training.Tests;

/// <summary>A shop of a dozen films and a random policy for it, small enough for every test.</summary>
internal static class ToyShop
{
    public static ItemCatalog Catalog { get; } = ItemCatalog.Create(
        new[] { ("Alien", 1979), ("Aliens", 1986), ("Alien 3", 1992), ("Arrival", 2016), ("The Fly", 1958), ("The Fly", 1986), ("Heat", 1995), ("Brazil", 1985),
            ("Amélie", 2001), ("1917", 2019), ("Up", 2009), ("Stalker", 1979) }
        .Select(film => new CatalogItem { Title = film.Item1, Year = film.Item2 }));

    public static Dialogue[] Dialogues { get; } =
    [
        Ask("toy-1-1", "I loved Alien (1979), what next?", ["Alien"], "Aliens"),
        Ask("toy-2-1", "Something calm and slow please, as Stalker (1979) is. I have all evening, and a long one.", ["Stalker"], "Arrival"),
        Ask("toy-3-1", "Hi", [], "Up"),
    ];

    public static PolicyModel Policy(int listLength, ulong seed = 7)
    {
        TorchRuntime.EnsureLoaded(); // whichever test runs first
        var backbone = Backbone.FromScratch((vocabulary, endOfTurn) => TinyPolicy.World(vocabulary, endOfTurn) with { HiddenSize = 32, IntermediateSize = 48 }, 300);
        return (backbone with { Prompt = new PromptOptions { ListLength = listLength } }).Create(Catalog, Dialogues, seed);
    }

    /// <summary>A policy with weights large enough that its distributions are far from uniform.</summary>
    public static Transformer Network(PolicyModel policy, float scale = 6)
    {
        TorchRuntime.EnsureLoaded();
        var tensors = policy.Weights.Tensors.ToDictionary(
            entry => entry.Key,
            entry => entry.Value.Shape.Length == 2 ? new ArrayTensor(entry.Value.Shape, Array.ConvertAll(entry.Value.ToArray(), value => value * scale)) : entry.Value);
        return new Transformer(new PolicyWeights(policy.Config, tensors), TorchSharp.torch.CPU);
    }

    public static RolloutPrompt[] Prompts(ListFactory lists) => [.. Dialogues.Select(lists.Prepare)];

    private static Dialogue Ask(string id, string text, string[] seen, string truth) => new()
    {
        Id = id,
        Turns = [new Turn(Role.User, text)],
        Seen = [.. seen.Select(Reference)],
        GroundTruth = [Reference(truth)],
    };

    private static ItemReference Reference(string title) => Catalog.Items[Catalog.WithTitle(title)[0]].Reference;
}
