using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>A piece of a page. What is put into one is escaped unless it is a piece itself, so that no dialogue's text is ever read as a tag.</summary>
internal sealed class Html
{
    private readonly string _text;

    private Html(string text) => _text = text;

    /// <summary>Nothing.</summary>
    public static Html Empty { get; } = new("");

    /// <summary>Makes a piece of an interpolated string: its letters are tags, what stands in its holes is text.</summary>
    public static Html Of(PieceBuilder piece) => new(piece.Built());

    /// <summary>Puts pieces one after the other.</summary>
    public static Html Join(IEnumerable<Html> pieces) => new(string.Concat(pieces.Select(piece => piece._text)));

    /// <summary>Takes a text that is markup already: our own style sheet, our own drawings.</summary>
    public static Html Trusted(string markup) => new(markup);

    /// <inheritdoc/>
    public override string ToString() => _text;

    /// <summary>Builds a piece; the compiler calls it.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct PieceBuilder(int literalLength, int formattedCount)
    {
        private readonly StringBuilder _built = new(literalLength + (16 * formattedCount));

        public void AppendLiteral(string markup) => _built.Append(markup);

        public void AppendFormatted(Html piece) => _built.Append(piece._text);

        public void AppendFormatted(string text) => _built.Append(WebUtility.HtmlEncode(text));

        public void AppendFormatted(IFormattable value, string? format = null) => AppendFormatted(value.ToString(format, CultureInfo.InvariantCulture));

        public string Built() => _built.ToString();
    }
}
