using MLNet.ConvRec.Demonstrations;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>Makes the teacher that is asked for.</summary>
internal static class Teachers
{
    /// <summary>Loads or fits the teacher.</summary>
    /// <param name="options">Which one, and its files.</param>
    /// <param name="data">What the teacher <c>together</c> counts.</param>
    /// <param name="listLength">The length of a list that the teacher makes itself.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A line can't be read; the sentence names file and line.</exception>
    public static ITeacher Load(TrainOptions options, TrainData data, int listLength) => options.AskedTeacher switch
    {
        TeacherChoice.Recorded { File: var file } => RecordedTeacher.Load(file),
        TeacherChoice.World => WorldTeacher.Load(
            options.WorldItems!, options.WorldRatings, new WorldTeacherOptions { ListLength = listLength, Seed = options.Seed }),
        _ => TogetherTeacher.Fit(data.Train, data.Catalog, listLength),
    };
}
