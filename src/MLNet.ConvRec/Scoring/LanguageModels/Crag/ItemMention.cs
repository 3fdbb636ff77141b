namespace MLNet.ConvRec.Scoring.LanguageModels.Crag;

/// <summary>A name that the dialogue mentions, linked to the catalog as well as it goes.</summary>
/// <param name="Name">The name, without numbering and quotes.</param>
/// <param name="Attitude">The seeker's attitude to it, from −2 to 2.</param>
/// <param name="Item">The catalog item that it surely means, or <see langword="null"/> where that is open.</param>
/// <param name="Candidates">Catalog items that it may mean, the likeliest first; <paramref name="Item"/> alone where there is one.</param>
internal sealed record ItemMention(string Name, int Attitude, int? Item, IReadOnlyList<int> Candidates);
