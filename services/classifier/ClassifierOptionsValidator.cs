using Microsoft.Extensions.Options;

namespace Moodstream.Classifier;

/// <summary>Holds <see cref="ClassifierOptions"/> to their documented ranges.</summary>
[OptionsValidator]
internal sealed partial class ClassifierOptionsValidator : IValidateOptions<ClassifierOptions>;
