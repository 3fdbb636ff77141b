namespace MLNet.ConvRec.Catalog;

/// <summary>Reads catalog files.</summary>
internal static class CatalogFile
{
    public static IEnumerable<CatalogItem> Read(string path) => throw new InvalidDataException($"{path}: not readable yet.");
}
