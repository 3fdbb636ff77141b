namespace MLNet.ConvRec.Demonstrations.Reading;

/// <summary>A line of a list, with what stood before it taken off.</summary>
/// <param name="Text">The line without its marker.</param>
/// <param name="Line">The whole line, for a title that begins as a marker does.</param>
/// <param name="Marker">Its marker, or <see langword="null"/>.</param>
internal sealed record ListedText(string Text, string Line, ListMarker? Marker)
{
    /// <summary>Whether a marker stood before it.</summary>
    public bool IsListed => Marker is not null;

    /// <summary>
    /// Takes the markers off a list's lines. What may be a number or the beginning of a title (<c>12 Angry Men</c>) is a number where most
    /// lines begin so, and a number before a dash also where it is the line's place.
    /// </summary>
    public static ListedText[] Of(IReadOnlyList<string> raw)
    {
        var lines = raw.Select(LineText.Plain).ToArray();
        var markers = Array.ConvertAll(lines, ListMarker.Of);
        var numbered = markers.Count(marker => marker?.Number is not null);
        var isNumbered = numbered > 1 && numbered * 2 > raw.Count;
        return [.. lines.Select((line, index) => Of(line, markers[index], index + 1, isNumbered))];
    }

    private static ListedText Of(string line, ListMarker? found, int place, bool isNumbered)
    {
        var isMarker = found is { } marker
            && (marker.Kind == MarkerKind.Certain || isNumbered || (marker.Kind == MarkerKind.Dashed && marker.Number == place));
        return isMarker ? new ListedText(line[found!.Value.Length..], line, found) : new ListedText(line, line, null);
    }
}
