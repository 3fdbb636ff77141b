// Live tensors are counted for the whole process, and libtorch takes every core: one test at a time.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
