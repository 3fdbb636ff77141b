namespace MLNet.ConvRec.Scoring.LanguageModels.Crag;

/// <summary>A catalog item that a dialogue mentions.</summary>
/// <param name="Item">The item's index.</param>
/// <param name="Attitude">The seeker's attitude to it, from −2 to 2.</param>
internal readonly record struct ItemAttitude(int Item, int Attitude);
