namespace QuickStart.Terminal;

/// <summary>How far a stage is.</summary>
/// <param name="Stage">The stage's name; a new name begins a new stage.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps to do; 0 where unknown.</param>
/// <param name="Text">What the stage measures at this step, for example the loss.</param>
internal sealed record TrainingProgress(string Stage, int Step, int Steps, string Text);
