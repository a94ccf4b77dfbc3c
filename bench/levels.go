package main

// The functions below are a tower: each awaits the one before it, and the machine at the
// bottom suspends again and again. They are written out because a child that is part of the
// frame has a type of its own at each level.

// level1 is a frame above steps.
//
//async:func
func level1(n int) int { return stepsAsync(n).Await() }

//async:func
func level2(n int) int { return level1Async(n).Await() }

//async:func
func level3(n int) int { return level2Async(n).Await() }

//async:func
func level4(n int) int { return level3Async(n).Await() }

//async:func
func level5(n int) int { return level4Async(n).Await() }

//async:func
func level6(n int) int { return level5Async(n).Await() }

//async:func
func level7(n int) int { return level6Async(n).Await() }

//async:func
func level8(n int) int { return level7Async(n).Await() }

//async:func
func level9(n int) int { return level8Async(n).Await() }

//async:func
func level10(n int) int { return level9Async(n).Await() }

//async:func
func level11(n int) int { return level10Async(n).Await() }

//async:func
func level12(n int) int { return level11Async(n).Await() }

//async:func
func level13(n int) int { return level12Async(n).Await() }

//async:func
func level14(n int) int { return level13Async(n).Await() }

//async:func
func level15(n int) int { return level14Async(n).Await() }

//async:func
func level16(n int) int { return level15Async(n).Await() }

//async:func
func level17(n int) int { return level16Async(n).Await() }

//async:func
func level18(n int) int { return level17Async(n).Await() }

//async:func
func level19(n int) int { return level18Async(n).Await() }

//async:func
func level20(n int) int { return level19Async(n).Await() }

//async:func
func level21(n int) int { return level20Async(n).Await() }

//async:func
func level22(n int) int { return level21Async(n).Await() }

//async:func
func level23(n int) int { return level22Async(n).Await() }

//async:func
func level24(n int) int { return level23Async(n).Await() }

//async:func
func level25(n int) int { return level24Async(n).Await() }

//async:func
func level26(n int) int { return level25Async(n).Await() }

//async:func
func level27(n int) int { return level26Async(n).Await() }

//async:func
func level28(n int) int { return level27Async(n).Await() }

//async:func
func level29(n int) int { return level28Async(n).Await() }

//async:func
func level30(n int) int { return level29Async(n).Await() }

//async:func
func level31(n int) int { return level30Async(n).Await() }

//async:func
func level32(n int) int { return level31Async(n).Await() }
