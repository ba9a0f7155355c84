using Microsoft.Extensions.Options;

namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>Holds <see cref="InProcessOptions"/> to their documented ranges.</summary>
[OptionsValidator]
internal sealed partial class InProcessOptionsValidator : IValidateOptions<InProcessOptions>;
