namespace QuickStart.Terminal;

/// <summary>A mean with its 95% interval.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Low">The interval's lower end.</param>
/// <param name="High">The interval's upper end.</param>
internal sealed record Interval(double Mean, double Low, double High);
