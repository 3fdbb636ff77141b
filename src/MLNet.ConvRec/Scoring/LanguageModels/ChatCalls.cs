namespace MLNet.ConvRec.Scoring.LanguageModels;

/// <summary>What a recommender has asked its chat model so far, over all passes and threads.</summary>
/// <param name="Dialogues">Dialogues asked about.</param>
/// <param name="Calls">Calls made, those that asked once more included.</param>
/// <param name="UnreadableAnswers">Answers that could not be read.</param>
/// <param name="GivenUpSteps">Steps whose answer stayed unreadable, so that the list was made with what was known before.</param>
public sealed record ChatCalls(long Dialogues, long Calls, long UnreadableAnswers, long GivenUpSteps);
