using MLNet.ConvRec.Dialogues;

namespace MLNet.ConvRec.Training.Reports;

/// <summary>A dialogue of a report with what systems recommend in it.</summary>
/// <param name="Dialogue">The dialogue; its true items are shown.</param>
/// <param name="Lists">A list of each system.</param>
public sealed record ReportExample(Dialogue Dialogue, IReadOnlyList<ReportList> Lists);

/// <summary>A system's list in an example.</summary>
/// <param name="System">The system's name.</param>
/// <param name="Lines">Lines by rank; ranks may be left out.</param>
public sealed record ReportList(string System, IReadOnlyList<ReportLine> Lines);

/// <summary>A line of a list.</summary>
/// <param name="Rank">Its rank, from 1.</param>
/// <param name="Text">The line.</param>
/// <param name="IsHit">Whether it names a true item.</param>
/// <param name="Why">Where the system has it from; empty where that is not told.</param>
public sealed record ReportLine(int Rank, string Text, bool IsHit, string Why = "");
